import { useEffect, useState } from 'react'
import { Button, Group, Stack, Table, Text, Textarea, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { StateBadge } from '../../../ui/states.tsx'
import { StoreSelect, useStores, usualStore } from '../../inventory/public.tsx'
import { Witness } from '../../pharmacy/public.tsx'
import { insteadOf, isUnsaid, lotsOf, toLine, type Choice } from '../choice.ts'
import { api, picksQuery, touched, type Prescription } from '../queries.ts'
import { GivenChoice } from './given-choice.tsx'
import { ScanCheck } from './scan-check.tsx'
import { openAlerts, overridesOf, SafetyAlerts } from './safety-alerts.tsx'

const amount = /^\d{1,9}(\.\d{1,3})?$/
const left = (item: Prescription['items'][number]): string => String(Math.round((Number(item.quantity) - Number(item.dispensedQuantity)) * 1000) / 1000)
const none = 'none'

/** Hands out each line, all that is left unless another quantity is typed; from a store lot by lot, first expiry first. */
export function DispenseForm({ prescription }: { prescription: Prescription }) {
  const t = useText()
  const format = useFormat()
  const stores = useStores()
  const open = prescription.items.filter((item) => left(item) !== '0')
  const [chosen, setStore] = useState('')
  const [given, setGiven] = useState<Record<string, string>>({})
  const [choices, setChoices] = useState<Record<string, Choice>>({})
  const [reasons, setReasons] = useState<Record<string, string>>({})
  const [scanned, setScanned] = useState<readonly string[]>([])
  const [witnessId, setWitness] = useState('')
  const [note, setNote] = useState('')
  const storeId = chosen === none ? '' : chosen === '' ? usualStore(stores.filter((store) => store.kind === 'pharmacy'), 'pharmacy') : chosen
  const picks = useQuery({ ...picksQuery(prescription, storeId, insteadOf(choices)), placeholderData: keepPreviousData })
  const pickOf = (id: string) => picks.data?.lines.find((line) => line.prescriptionItemId === id)
  const due = (picks.data?.lines ?? []).flatMap((line) => (line.itemId === null ? [] : [{ prescriptionItemId: line.prescriptionItemId, lots: lotsOf(line, choices[line.prescriptionItemId]), itemId: line.itemId }]))
  const alerts = storeId === '' ? [] : (picks.data?.alerts ?? [])
  const needsWitness = storeId !== '' && (picks.data?.lines ?? []).some((line) => line.isControlled)
  const typed = open.map((item) => ({ prescriptionItemId: item.id, quantity: given[item.id] ?? left(item), ...(storeId === '' ? {} : toLine(choices[item.id], pickOf(item.id))) })).filter((line) => line.quantity !== '')
  const unreadable = new Set(typed.filter((line) => !amount.test(line.quantity)).map((line) => line.prescriptionItemId))
  const lines = typed.filter((line) => unreadable.has(line.prescriptionItemId) || Number(line.quantity) > 0)
  const more = { ...(storeId === '' ? {} : { storeId }), ...(witnessId === '' ? {} : { witnessId }), ...(note.trim() === '' ? {} : { counsellingNote: note.trim() }), overrides: overridesOf(alerts, reasons) }
  const dispense = useWrite(() => api.dispense({ params: { id: prescription.id }, body: { ...more, lines }, ifMatch: prescription.version }), { invalidate: touched(prescription.patientId), done: t('medications.done.dispensed'), onDone: () => { setGiven({}); setChoices({}) } })
  const [errors, setErrors] = useState<Record<string, string>>({})
  useEffect(() => setErrors(problemToFields(t, dispense.error)), [dispense.error])
  const saidOf = (id: string, field: string) => errors[`lines.${lines.findIndex((line) => line.prescriptionItemId === id)}.${field}`]
  const errorOf = (id: string) => (unreadable.has(id) ? t('fields.invalid_format') : undefined) ?? saidOf(id, 'quantity') ?? saidOf(id, 'prescriptionItemId')
  const choose = (id: string, choice: Choice) => {
    setErrors({})
    setChoices({ ...choices, [id]: choice })
  }
  // What is chosen is checked before it is handed out: until the answer is of this choice, nothing is.
  const isReady = lines.length > 0 && unreadable.size === 0 && !picks.isPlaceholderData && openAlerts(alerts, reasons).length === 0 && !(storeId !== '' && lines.some((line) => isUnsaid(choices[line.prescriptionItemId], pickOf(line.prescriptionItemId))))
  const give = (id: string, quantity: string) => {
    setErrors({})
    setGiven({ ...given, [id]: quantity })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) dispense.mutate(undefined)
      }}
    >
      <Stack>
        {stores.length === 0 ? null : <Group><StoreSelect label={t('medications.fromStore')} none={t('medications.noStore')} value={chosen === none ? '' : storeId} onChange={(id) => { setStore(id === '' ? none : id); setChoices({}) }} /></Group>}
        {storeId === '' ? null : <ScanCheck due={due} onRight={(id) => setScanned((before) => [...before, id])} />}
        <SafetyAlerts alerts={alerts} reasons={reasons} onReason={(key, reason) => setReasons({ ...reasons, [key]: reason })} />
        <Table.ScrollContainer minWidth={480}>
        <Table className="folds" onKeyDown={moveInGrid}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('medications.item.medication')}</Table.Th>
              {storeId === '' ? null : <Table.Th>{t('medications.lots')}</Table.Th>}
              <Table.Th ta="end">{t('medications.left')}</Table.Th>
              <Table.Th ta="end">{t('medications.give')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {open.map((item) => {
              const pick = pickOf(item.id)
              return (
                <Table.Tr key={item.id}>
                  <Table.Td><bdi>{item.name}</bdi> {scanned.includes(item.id) ? <StateBadge tone="good" label={t('medications.scan.right')} /> : null}{pick === undefined || storeId === '' ? null : <GivenChoice name={item.name} pick={pick} choice={choices[item.id] ?? {}} errors={{ reason: saidOf(item.id, 'reason'), other: saidOf(item.id, 'itemId') ?? saidOf(item.id, 'lotId') }} onChange={(choice) => choose(item.id, choice)} />}</Table.Td>
                  {storeId === '' ? null : <Table.Td data-label={t('medications.lots')}>{pick === undefined ? null : lotsOf(pick, choices[item.id]).length === 0 ? <Text size="sm" fw={600}>{t(pick.itemId === null ? 'medications.noItem' : 'medications.notInStock')}</Text> : lotsOf(pick, choices[item.id]).map((one) => <Text key={one.lotId} size="sm">{one.itemName === item.name ? null : <><bdi>{one.itemName}</bdi> · </>}<bdi>{one.batch}</bdi> · {format.day(one.expiresOn)} · {one.quantity}</Text>)}</Table.Td>}
                  <Table.Td ta="end" className="figures" data-label={t('medications.left')}>{left(item)} <bdi>{item.unit}</bdi></Table.Td>
                  <Table.Td w={130} data-label={t('medications.give')}>
                    <TextInput size="sm" inputMode="decimal" aria-label={`${t('medications.give')}: ${item.name}`} rightSection={<Text size="xs" c="dimmed"><bdi>{pick?.unit ?? item.unit}</bdi></Text>} rightSectionWidth={56} value={given[item.id] ?? left(item)} error={errorOf(item.id)} onChange={(event) => give(item.id, event.currentTarget.value.trim())} />
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
        </Table.ScrollContainer>
        {needsWitness ? <Witness value={witnessId} onChange={setWitness} error={errors['witnessId']} /> : null}
        {storeId === '' ? null : <Textarea label={t('medications.counselling')} autosize minRows={1} maxLength={1000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />}
        <Group justify="end">
          <Button type="submit" loading={dispense.isPending} disabled={!isReady}>{t('medications.step.dispense')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
