import { useEffect, useRef, useState } from 'react'
import { Alert, Anchor, Paper, Stack, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { session } from '../../../kernel/api.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { Loading } from '../../../ui/states.tsx'
import { SecondFactor } from '../parts/second-factor.tsx'
import styles from '../parts/sign-in.module.css'
import { endOther, type Challenge } from '../sign-in-queries.ts'

// What came back is taken out of the address at once, so that it stays in no history.
const returned = new URLSearchParams(location.search)
const home = () => location.replace('/')

/** Where the other place sends people back to. */
export function SignInReturnPage() {
  const t = useText()
  const [challenge, setChallenge] = useState<Challenge>()
  const isBegun = useRef(false)
  const end = useMutation({
    mutationFn: () => endOther(returned),
    onSuccess: (answer) => {
      if ('challenge' in answer) return setChallenge(answer)
      session.csrfToken = answer.csrfToken
      home()
    },
  })
  useEffect(() => {
    document.title = `${t('people.signIn.title')} · Triveni`
    if (isBegun.current) return
    isBegun.current = true
    history.replaceState(null, '', '/sign-in/return')
    end.mutate()
  }, [])
  return (
    <main className={styles.page}>
      <Paper p="lg" maw={420} w="100%" bg="var(--surface)">
        <Title order={1} size="h2" mb="sm">{t('people.signIn.title')}</Title>
        {challenge !== undefined ? <SecondFactor challenge={challenge} onDone={home} onBack={home} /> : end.isError ? (
          <Stack gap="sm">
            <Alert role="alert" color="red" variant="outline">{errorText(t, end.error)}</Alert>
            <Anchor href="/">{t('federation.again')}</Anchor>
          </Stack>
        ) : <Loading rows={3} />}
      </Paper>
    </main>
  )
}
