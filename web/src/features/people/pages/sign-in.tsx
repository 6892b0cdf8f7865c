import { useEffect } from 'react'
import { Box, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { LanguageMenu } from '../../../ui/preferences.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DemoCards } from '../parts/demo-cards.tsx'
import { OtherAccounts } from '../parts/other-accounts.tsx'
import { SignInForm } from '../parts/sign-in-form.tsx'
import styles from '../parts/sign-in.module.css'

export function SignInPage({ onDone }: { onDone: () => unknown }) {
  const t = useText()
  useEffect(() => {
    document.title = `${t('people.signIn.title')} · Triveni`
  }, [t])
  return (
    <main className={styles.page}>
      <Stack w="100%" maw={760} gap="lg">
        <Group justify="space-between">
          <Group gap="sm">
            <img src="/icon.svg" alt="" width={36} height={36} />
            <Box>
              <Title order={1}>Triveni</Title>
              <Text size="sm" c="dimmed">
                {t('people.signIn.motto')}
              </Text>
            </Box>
          </Group>
          <LanguageMenu />
        </Group>
        <Paper p="lg" maw={420} w="100%" bg="var(--surface)">
          <Title order={2} mb="sm">
            {t('people.signIn.title')}
          </Title>
          <SignInForm onDone={onDone} />
          <OtherAccounts />
        </Paper>
        <DemoCards onDone={onDone} />
      </Stack>
    </main>
  )
}
