import { Stack, Text } from '@mantine/core'
import { hasText, useText } from '../../../kernel/i18n.ts'

/** What a permission allows, in the reader's words. */
export function usePermissionText(): (permission: string) => string {
  const t = useText()
  return (permission) => (hasText(`permissions.${permission}`) ? t(`permissions.${permission}`) : permission)
}

/** Permissions to choose from, found by their words. */
export function usePermissionChoices(): (permissions: readonly string[]) => { value: string; label: string }[] {
  const textOf = usePermissionText()
  return (permissions) => permissions.map((value) => ({ value, label: textOf(value) }))
}

/** Its words, and the code that custom roles and programs know it by. */
export function Permission({ code }: { code: string }) {
  const textOf = usePermissionText()
  return (
    <Stack gap={0} align="start">
      <Text size="sm">{textOf(code)}</Text>
      <Text size="xs" c="dimmed" component="code" dir="ltr" className="whole">{code}</Text>
    </Stack>
  )
}
