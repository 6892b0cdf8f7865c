import { useState } from 'react'
import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { StoreSelect, useStores, usualStore, Way, Witness } from '../../inventory/public.tsx'
import { api, formulasQuery, touched, type Formula } from '../queries.ts'
import { useKinds } from './kinds.ts'
import { isStep, stepsBody, type Step } from './potency.ts'
import { PotencySteps } from './potency-steps.tsx'

/** What the formula says while it is made: what goes in, what comes out, and how. */
function HowTo({ formula }: { formula: Formula }) {
  return (
    <>
      <Text size="sm" c="dimmed"><Way from={formula.lines.map((line) => `${line.itemName} ${line.quantity} ${line.unit}`).join(' + ')} to={`${formula.yieldQuantity} ${formula.unit}`} /></Text>
      {formula.method === '' ? null : <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}><bdi>{formula.method}</bdi></Text>}
    </>
  )
}

/** Makes a batch by a formula: its ingredients leave the store, it enters it. */
export function PrepareForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { facility } = useAuth()
  const stores = useStores()
  const { data } = useQuery(formulasQuery())
  const [formulaId, setFormula] = useState('')
  const [chosen, setStore] = useState('')
  const [batch, setBatch] = useState('')
  const [yielded, setYielded] = useState('')
  const [mrp, setMrp] = useState('')
  const [steps, setSteps] = useState<Step[]>([])
  const [note, setNote] = useState('')
  const [witnessId, setWitness] = useState('')
  const formula = data?.items.find((one) => one.id === formulaId)
  const { isControlled } = useKinds(formula === undefined ? [] : [formula.itemId, ...formula.lines.map((line) => line.itemId)])
  const needsWitness = formula !== undefined && [formula.itemId, ...formula.lines.map((line) => line.itemId)].some(isControlled)
  const storeId = chosen === '' ? usualStore(stores, 'pharmacy') : chosen
  const currency = facility?.currency ?? 'INR'
  const potencies = formula?.system === 'homeopathy' ? steps : []
  const more = { ...(yielded === '' ? {} : { yielded }), ...(mrp === '' ? {} : { mrp: { amount: mrp, currency } }), ...(note.trim() === '' ? {} : { note: note.trim() }), ...(needsWitness && witnessId !== '' ? { witnessId } : {}) }
  const make = useWrite(() => api.prepare({ body: { formulaId, storeId, batch, steps: stepsBody(potencies), ...more } }), { invalidate: touched, done: t('pharmacy.prepare.done'), onDone: onClose })
  const errors = problemToFields(t, make.error)
  return (
    <Stack>
      <Select label={t('pharmacy.formula')} withAsterisk searchable data={(data?.items ?? []).filter((one) => one.isCurrent).map((one) => ({ value: one.id, label: `${one.name} · ${t('pharmacy.formula.version')} ${one.formulaVersion}` }))} value={formulaId} onChange={(id) => setFormula(id ?? '')} />
      {formula === undefined ? null : <HowTo formula={formula} />}
      <StoreSelect label={t('inventory.store')} value={storeId} onChange={setStore} />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label={t('inventory.batch')} withAsterisk maxLength={60} value={batch} error={errors['batch']} onChange={(event) => setBatch(event.currentTarget.value)} />
        <TextInput label={t('pharmacy.yield')} placeholder={formula?.yieldQuantity ?? ''} inputMode="decimal" value={yielded} error={errors['yielded.quantity']} onChange={(event) => setYielded(event.currentTarget.value.trim())} />
        <MoneyInput label={t('inventory.mrp')} currency={currency} value={mrp} onChange={setMrp} />
      </SimpleGrid>
      {formula?.system === 'homeopathy' ? <PotencySteps steps={steps} aim={formula.potency} onChange={setSteps} /> : null}
      <Textarea label={t('pharmacy.prepare.note')} autosize minRows={1} maxLength={2000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      {needsWitness ? <Witness value={witnessId} onChange={setWitness} error={errors['witnessId']} /> : null}
      <Group justify="end"><Button variant="default" onClick={onClose}>{t('common.cancel')}</Button><Button loading={make.isPending} disabled={formulaId === '' || batch.trim() === '' || storeId === '' || !potencies.every(isStep) || (needsWitness && witnessId === '')} onClick={() => make.mutate(undefined)}>{t('pharmacy.prepare')}</Button></Group>
    </Stack>
  )
}
