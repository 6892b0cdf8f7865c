import { useState } from 'react'
import { Button, Checkbox, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { StoreSelect, useStores, usualStore, Witness } from '../../inventory/public.tsx'
import { api, touched, type DueDose } from '../queries.ts'

function DueLine({ dose, quantity, isChosen, error, onChoose, onQuantity }: { dose: DueDose; quantity: string; isChosen: boolean; error: string | undefined; onChoose: (isChosen: boolean) => void; onQuantity: (quantity: string) => void }) {
  const t = useText()
  const name = t('pharmacy.wards.choose', { name: dose.name, patient: dose.patientName })
  return (
    <Table.Tr>
      <Table.Td><Checkbox aria-label={name} checked={isChosen} onChange={(event) => onChoose(event.currentTarget.checked)} /></Table.Td>
      <Table.Td><bdi>{dose.patientName}</bdi><Text size="xs" c="dimmed">{dose.patientMrn}</Text></Table.Td>
      <Table.Td><bdi>{dose.name}</bdi><Text size="xs" c="dimmed"><bdi>{dose.dosage} {dose.frequency}</bdi></Text></Table.Td>
      <Table.Td ta="end" className="figures">{dose.left}</Table.Td>
      <Table.Td><TextInput w={90} ms="auto" inputMode="decimal" aria-label={`${t('common.quantity')}: ${name}`} value={quantity} error={error} onChange={(event) => onQuantity(event.currentTarget.value.trim())} /></Table.Td>
    </Table.Tr>
  )
}

function Due({ doses, onDone }: { doses: readonly DueDose[]; onDone: (id: string) => void }) {
  const t = useText()
  const stores = useStores()
  const [chosenStore, setStore] = useState('')
  const [ward, setWard] = useState('')
  const [witnessId, setWitness] = useState('')
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [typed, setTyped] = useState<Record<string, string>>({})
  const storeId = chosenStore === '' ? usualStore(stores, 'pharmacy') : chosenStore
  const lines = doses.filter((dose) => !left.has(dose.prescriptionItemId)).map((dose) => ({ prescriptionItemId: dose.prescriptionItemId, quantity: typed[dose.prescriptionItemId] ?? dose.perDay }))
  const issue = useWrite(() => api.issueUnitDoses({ body: { storeId, ward: ward.trim(), lines, ...(witnessId === '' ? {} : { witnessId }) } }), { invalidate: touched, onDone: (paper) => onDone(paper.id) })
  const errors = problemToFields(t, issue.error)
  const errorOf = (id: string) => errors[`lines.${lines.findIndex((line) => line.prescriptionItemId === id)}.quantity`]
  const choose = (id: string, isChosen: boolean) => setLeft(new Set(isChosen ? [...left].filter((one) => one !== id) : [...left, id]))
  return (
    <form onSubmit={(event) => { event.preventDefault(); issue.mutate(undefined) }}>
      <Stack gap="sm">
        <Table.ScrollContainer minWidth={560}>
          <Table onKeyDown={moveInGrid}>
            <Table.Thead><Table.Tr><Table.Th w={40} aria-label={t('pharmacy.wards.due')} /><Table.Th>{t('common.patient')}</Table.Th><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('pharmacy.wards.left')}</Table.Th><Table.Th ta="end">{t('pharmacy.wards.perDay')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{doses.map((dose) => <DueLine key={dose.prescriptionItemId} dose={dose} isChosen={!left.has(dose.prescriptionItemId)} quantity={typed[dose.prescriptionItemId] ?? dose.perDay} error={errorOf(dose.prescriptionItemId)} onChoose={(isChosen) => choose(dose.prescriptionItemId, isChosen)} onQuantity={(quantity) => setTyped({ ...typed, [dose.prescriptionItemId]: quantity })} />)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group align="end">
          <StoreSelect label={t('inventory.store')} value={storeId} onChange={setStore} />
          <TextInput label={t('pharmacy.wards.ward')} maxLength={80} value={ward} onChange={(event) => setWard(event.currentTarget.value)} />
          <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} />
          <Button type="submit" loading={issue.isPending} disabled={lines.length === 0 || storeId === ''}>{t('pharmacy.wards.issue', { count: lines.length })}</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The doses of a day for the wards, and the papers of what was issued and came back. */
export function WardsPage() {
  const t = useText()
  const go = useGo()
  const { facilityId, can } = useAuth()
  const due = useQuery({ queryKey: ['pharmacy', 'unit-doses', facilityId], queryFn: ({ signal }) => api.listUnitDoses({ query: { facilityId, limit: 100 }, signal }) })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listWardDocuments({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.wards')}>
      <Section title={t('pharmacy.wards.due')}>
        <Loaded query={due}>{({ items }) => (items.length === 0 || !can('pharmacy.dispense') ? <Empty title={t('pharmacy.wards.none')} /> : <Due doses={items.slice(0, 200)} onDone={(id) => go(`/pharmacy/wards/${id}`)} />)}</Loaded>
      </Section>
      <Section title={t('pharmacy.wards.papers')}>
        <DataTable
          name="ward-documents" queryKey={['pharmacy', 'ward-documents', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/pharmacy/wards/${row.id}`} empty={{ title: t('pharmacy.wards.noPapers') }}
          columns={[
            { key: 'number', label: t('pharmacy.wards.number'), render: (row) => row.number, csv: (row) => row.number },
            { key: 'kind', label: t('inventory.kind'), render: (row) => t(`pharmacy.wards.kind.${row.kind}`), csv: (row) => row.kind },
            { key: 'ward', label: t('pharmacy.wards.ward'), render: (row) => <bdi>{row.ward}</bdi>, csv: (row) => row.ward },
            { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi>, csv: (row) => row.storeName },
            { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
            { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.by}</bdi>, csv: (row) => row.by },
          ]}
        />
      </Section>
    </Page>
  )
}
