import { Modal, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { SignInForm } from './sign-in-form.tsx'

/** Over the page when the session has ended: what was typed stays below. */
export function SignInOverlay({ email, onDone }: { email: string; onDone: () => unknown }) {
  const t = useText()
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={t('people.overlay.title')} overlayProps={{ blur: 6, backgroundOpacity: 0.5 }} zIndex={1000}>
      <Stack gap="sm">
        <Text size="sm">{t('people.overlay.hint')}</Text>
        <SignInForm email={email} onDone={onDone} />
      </Stack>
    </Modal>
  )
}
