import { useState } from 'react'
import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { ItemSearch } from '../../inventory/public.tsx'
import type { PickLine } from '../queries.ts'
import type { Choice } from '../choice.ts'

interface GivenChoiceProps {
  name: string
  pick: PickLine
  choice: Choice
  errors: { reason?: string | undefined; other?: string | undefined }
  onChange: (choice: Choice) => void
}

/** What is given otherwise than first expiry first: another brand, another medicine with its prescriber's consent, another lot with a reason. */
export function GivenChoice({ name, pick, choice, errors, onChange }: GivenChoiceProps) {
  const t = useText()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const named = (label: string) => `${label}: ${name}`
  const isOffered = pick.substitutes.some((one) => one.itemId === choice.itemId)
  // Another medicine has lots of its own.
  const take = (itemId: string | undefined, itemName = '') => onChange({ ...choice, itemId, itemName, lotId: undefined, hasConsent: false })
  const lots = pick.lots.map((one) => ({ value: one.lotId, label: [one.batch, format.day(one.expiresOn), one.quantity, one.itemName === pick.itemName ? '' : one.itemName].filter(Boolean).join(' · ') }))
  const needsReason = choice.lotId !== undefined || pick.needsConsent
  return (
    // Enter belongs to the scanner and the search here: it never hands out.
    <Stack gap={6} mt={4} onKeyDown={(event) => (event.key === 'Enter' && event.target instanceof HTMLInputElement ? event.preventDefault() : undefined)}>
      {pick.substitutes.length === 0 && !isOffered ? null : <Select size="xs" clearable aria-label={named(t('medications.instead'))} placeholder={t('medications.instead')} data={pick.substitutes.map((one) => ({ value: one.itemId, label: `${one.name} (${one.onHand})` }))} value={isOffered ? (choice.itemId ?? null) : null} onChange={(id) => take(id ?? undefined, pick.substitutes.find((one) => one.itemId === id)?.name)} />}
      {choice.itemId === undefined || isOffered ? null : (
        <Group gap={4} wrap="nowrap"><Text size="sm">{t('medications.gives')} <b><bdi>{choice.itemName}</bdi></b></Text><ActionIcon variant="subtle" size="sm" aria-label={named(t('medications.gives.not'))} onClick={() => take(undefined)}><IconX size={14} /></ActionIcon></Group>
      )}
      {errors.other === undefined ? null : <Text size="sm" c="red" role="alert">{errors.other}</Text>}
      {pick.needsConsent ? <Checkbox size="sm" label={t('medications.consent')} aria-label={named(t('medications.consent'))} checked={choice.hasConsent === true} onChange={(event) => onChange({ ...choice, hasConsent: event.currentTarget.checked })} /> : null}
      {isOpen ? (
        <>
          <Select size="xs" clearable label={t('medications.otherLot')} aria-label={named(t('medications.otherLot'))} data={lots} value={choice.lotId ?? null} onChange={(id) => onChange({ ...choice, lotId: id ?? undefined })} />
          <ItemSearch label={t('medications.otherMedicine')} onTake={({ item }) => take(item.id, item.name)} />
        </>
      ) : <Group><Button size="compact-xs" variant="subtle" aria-label={named(t('medications.otherwise'))} onClick={() => setOpen(true)}>{t('medications.otherwise')}</Button></Group>}
      {needsReason ? <TextInput size="xs" withAsterisk label={t(pick.needsConsent ? 'medications.otherMedicine.reason' : 'medications.otherLot.reason')} aria-label={named(t('common.reason'))} maxLength={200} value={choice.reason ?? ''} error={errors.reason} onChange={(event) => onChange({ ...choice, reason: event.currentTarget.value })} /> : null}
    </Stack>
  )
}
