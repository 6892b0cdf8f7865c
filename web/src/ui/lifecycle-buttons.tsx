import { useState } from 'react'
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import type { QueryKey } from '@tanstack/react-query'
import { useWrite } from '../kernel/query.ts'
import { useText } from '../kernel/i18n.ts'

export interface LifecycleStep {
  step: string
  label: string
  run: (reason: string) => Promise<unknown>
  needsReason?: boolean
  isPrimary?: boolean
  isDangerous?: boolean
  /** What will happen, asked once, when it cannot be undone. */
  confirm?: string
}

interface AskProps {
  step: LifecycleStep
  isPending: boolean
  onCancel: () => void
  onGo: (reason: string) => void
}

function Ask({ step, isPending, onCancel, onGo }: AskProps) {
  const t = useText()
  const [reason, setReason] = useState('')
  const isMissing = step.needsReason === true && reason.trim() === ''
  return (
    <Modal opened onClose={onCancel} title={step.label}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!isMissing) onGo(reason.trim())
        }}
      >
        <Stack>
          {step.confirm === undefined ? null : <Text size="sm">{step.confirm}</Text>}
          {step.needsReason ? <Textarea data-autofocus label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} /> : null}
          <Group justify="end">
            <Button variant="default" onClick={onCancel}>
              {t('common.back')}
            </Button>
            <Button type="submit" color={step.isDangerous ? 'red' : 'river'} loading={isPending} disabled={isMissing}>
              {step.label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

interface LifecycleButtonsProps {
  actions: string[]
  steps: LifecycleStep[]
  invalidate?: QueryKey[]
  size?: 'xs' | 'sm' | 'md'
}

/** The steps this user may take now, as the server named them. */
export function LifecycleButtons({ actions, steps, invalidate = [], size = 'sm' }: LifecycleButtonsProps) {
  const [asked, setAsked] = useState<LifecycleStep>()
  const write = useWrite(({ step, reason }: { step: LifecycleStep; reason: string }) => step.run(reason), { invalidate, onDone: () => setAsked(undefined) })
  const press = (step: LifecycleStep) => (step.needsReason || step.confirm !== undefined ? setAsked(step) : write.mutate({ step, reason: '' }))
  return (
    <>
      <Group gap="xs">
        {steps
          .filter((step) => actions.includes(step.step))
          .map((step) => (
            <Button key={step.step} size={size} variant={step.isPrimary ? 'filled' : 'default'} loading={write.isPending && write.variables.step.step === step.step} onClick={() => press(step)}>
              {step.label}
            </Button>
          ))}
      </Group>
      {asked === undefined ? null : <Ask step={asked} isPending={write.isPending} onCancel={() => setAsked(undefined)} onGo={(reason) => write.mutate({ step: asked, reason })} />}
    </>
  )
}
