import { useState } from 'react'
import { Button, Checkbox, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconPrinter, IconSearch } from '@tabler/icons-react'
import { openBlob } from '../../../kernel/api.ts'
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
      <Table.Td><bdi>{dose.patientName}</bdi><Text size="xs" c="dimmed"><bdi>{[dose.patientMrn, dose.ward].filter(Boolean).join(' · ')}</bdi></Text></Table.Td>
      <Table.Td><bdi>{dose.name}</bdi><Text size="xs" c="dimmed"><bdi>{dose.dosage} {dose.frequency}</bdi></Text></Table.Td>
      <Table.Td ta="end" className="figures">{dose.left}</Table.Td>
      <Table.Td><TextInput w={90} ms="auto" inputMode="decimal" aria-label={`${t('common.quantity')}: ${name}`} value={quantity} error={error} onChange={(event) => onQuantity(event.currentTarget.value.trim())} /></Table.Td>
    </Table.Tr>
  )
}

interface Filter {
  ward?: string
  search?: string
}

function Due({ doses, filter, onDone }: { doses: readonly DueDose[]; filter: Filter; onDone: (id: string) => void }) {
  const t = useText()
  const stores = useStores()
  const [chosenStore, setStore] = useState('')
  const [ward, setWard] = useState(filter.ward ?? '')
  const [witnessId, setWitness] = useState('')
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [typed, setTyped] = useState<Record<string, string>>({})
  const storeId = chosenStore === '' ? usualStore(stores, 'pharmacy') : chosenStore
  const lines = doses.filter((dose) => !left.has(dose.prescriptionItemId)).map((dose) => ({ prescriptionItemId: dose.prescriptionItemId, quantity: typed[dose.prescriptionItemId] ?? dose.perDay }))
  const issue = useWrite(() => api.issueUnitDoses({ body: { storeId, ward: ward.trim(), lines, ...(witnessId === '' ? {} : { witnessId }) } }), { invalidate: touched, onDone: (paper) => onDone(paper.id) })
  const print = useWrite(() => api.printUnitDoses({ query: { storeId, ...filter } }), { onDone: openBlob })
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
          <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} disabled={storeId === ''} loading={print.isPending} onClick={() => print.mutate(undefined)}>{t('pharmacy.wards.pickList')}</Button>
          <Button type="submit" loading={issue.isPending} disabled={lines.length === 0 || storeId === ''}>{t('pharmacy.wards.issue', { count: lines.length })}</Button>
        </Group>
      </Stack>
    </form>
  )
}

// A paper takes two hundred lines; a prescription has seldom more than eight.
const prescriptionsAtOnce = 25
const mostLines = 200

/** The doses of a day for the wards, and the papers of what was issued and came back. */
export function WardsPage() {
  const t = useText()
  const go = useGo()
  const { facilityId, can } = useAuth()
  const [typed, setTyped] = useState({ ward: '', search: '' })
  const [trail, setTrail] = useState<readonly string[]>([])
  const [wanted] = useDebouncedValue(typed, 250)
  const filter: Filter = Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, value.trim()]).filter(([, value]) => value !== ''))
  const key = [facilityId, filter, trail.at(-1)]
  const due = useQuery({ queryKey: ['pharmacy', 'unit-doses', ...key], queryFn: ({ signal }) => api.listUnitDoses({ query: { facilityId, ...filter, cursor: trail.at(-1), limit: prescriptionsAtOnce }, signal }) })
  const narrow = (change: Partial<typeof typed>) => { setTrail([]); setTyped({ ...typed, ...change }) }
  const isNarrow = Object.keys(filter).length > 0
  const load = ({ cursor, limit, signal }: PageRequest) => api.listWardDocuments({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.wards')}>
      <Section title={t('pharmacy.wards.due')}>
        <Group gap="xs" mb="sm">
          <TextInput w={280} maw="100%" type="search" leftSection={<IconSearch size={16} aria-hidden />} aria-label={t('pharmacy.wards.find')} placeholder={t('pharmacy.wards.find')} maxLength={120} value={typed.search} onChange={(event) => narrow({ search: event.currentTarget.value })} />
          <TextInput aria-label={t('pharmacy.wards.ofWard')} placeholder={t('pharmacy.wards.ofWard')} maxLength={80} value={typed.ward} onChange={(event) => narrow({ ward: event.currentTarget.value })} />
        </Group>
        <Loaded query={due}>
          {({ items, nextCursor }) => (
            <Stack gap="sm">
              {items.length === 0 || !can('pharmacy.dispense') ? <Empty title={t(isNarrow ? 'pharmacy.wards.noneFound' : 'pharmacy.wards.none')} /> : <Due key={JSON.stringify(key)} doses={items.slice(0, mostLines)} filter={filter} onDone={(id) => go(`/pharmacy/wards/${id}`)} />}
              {trail.length === 0 && nextCursor === null ? null : (
                <Group justify="end">
                  <Button variant="default" disabled={trail.length === 0} onClick={() => setTrail(trail.slice(0, -1))}>{t('table.previous')}</Button>
                  <Button variant="default" disabled={nextCursor === null} onClick={() => { if (nextCursor !== null) setTrail([...trail, nextCursor]) }}>{t('table.next')}</Button>
                </Group>
              )}
            </Stack>
          )}
        </Loaded>
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
