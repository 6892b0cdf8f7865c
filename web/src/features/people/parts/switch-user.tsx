import { useEffect, useState } from 'react'
import { Button, Kbd, Modal, PinInput, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { session } from '../../../kernel/api.ts'
import { flushDrafts } from '../../../kernel/draft.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { colleaguesQuery, switchUser } from '../sign-in-queries.ts'
import { Refused } from './sign-in-form.tsx'

interface Colleague {
  userId: string
  name: string
}

function AskPin({ colleague, onDone }: { colleague: Colleague; onDone: () => unknown }) {
  const t = useText()
  const [pin, setPin] = useState('')
  const enter = useMutation({
    mutationFn: async (given: string) => {
      await flushDrafts()
      return switchUser(colleague.userId, given)
    },
    onSuccess: (answer) => {
      session.csrfToken = answer.csrfToken
      return onDone()
    },
    onError: () => setPin(''),
  })
  return (
    <Stack gap="sm">
      <Text>{t('federation.ward.pinOf', { name: colleague.name })}</Text>
      <Refused error={enter.error} />
      <div dir="ltr"><PinInput autoFocus mask length={6} type="number" inputMode="numeric" aria-label={t('federation.ward.pin')} value={pin} disabled={enter.isPending} onChange={setPin} onComplete={(given) => enter.mutate(given)} /></div>
    </Stack>
  )
}

/** F9, a number, a PIN: somebody else of this computer goes on, with drafts of their own. */
export function SwitchUser({ onDone, onClose }: { onDone: () => unknown; onClose: () => void }) {
  const t = useText()
  const query = useQuery(colleaguesQuery)
  const [chosen, setChosen] = useState<Colleague>()
  const items = query.data?.items ?? []
  useEffect(() => {
    if (chosen !== undefined) return
    const press = (event: KeyboardEvent) => {
      const one = items[Number(event.key) - 1]
      if (one === undefined) return
      event.preventDefault()
      setChosen(one)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [items, chosen])
  return (
    <Modal opened onClose={onClose} title={t('federation.ward.title')} zIndex={1000}>
      {chosen !== undefined ? <AskPin key={chosen.userId} colleague={chosen} onDone={onDone} /> : (
        <Loaded query={query}>
          {() => (items.length === 0 ? <Text size="sm">{t('federation.ward.nobody')}</Text> : (
            <Stack gap="xs">
              {items.map((one, index) => <Button key={one.userId} variant="default" justify="start" leftSection={<Kbd>{index + 1}</Kbd>} onClick={() => setChosen(one)}><bdi>{one.name}</bdi></Button>)}
            </Stack>
          ))}
        </Loaded>
      )}
    </Modal>
  )
}
