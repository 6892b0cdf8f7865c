import { message } from '#kernel/text-i18n.ts'

/** The text of a message with a code, short and without accents that would make it two. */
export const smsText = (language: string, code: string): string => message(language, 'people.sms.code', { code })

/** Subject and text of a mail in the reader's language, from `people.mail.<kind>`. */
export function mailText(language: string, kind: 'code' | 'reset' | 'invitation' | 'device' | 'password', values: Record<string, string> = {}): { subject: string; text: string } {
  return { subject: message(language, `people.mail.${kind}.subject`, values), text: message(language, `people.mail.${kind}.text`, values) }
}
