import { useState } from 'react'
import { ActionIcon, Button, Drawer, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { ItemSearch, StoreSelect, useStores, usualStore } from '../../inventory/public.tsx'
import { Quotations } from '../parts/quotations.tsx'
import { api, touched, type Requisition } from '../queries.ts'

const tones = { open: 'info', ordered: 'good', cancelled: 'neutral' } as const

function Ask({ onClose }: { onClose: () => void }) {
  const t = useText()
  const stores = useStores()
  const [chosen, setStore] = useState('')
  const [reason, setReason] = useState('')
  const [lines, setLines] = useState<{ itemId: string; name: string; unit: string; quantity: string }[]>([])
  const storeId = chosen === '' ? usualStore(stores, 'main') : chosen
  const ask = useWrite(() => api.requisition({ body: { storeId, ...(reason.trim() === '' ? {} : { reason: reason.trim() }), lines: lines.map(({ itemId, unit, quantity }) => ({ itemId, unit, quantity })) } }), { invalidate: touched, onDone: onClose })
  const errors = problemToFields(t, ask.error)
  return (
    <Stack>
      <StoreSelect label={t('purchasing.deliverTo')} value={storeId} onChange={setStore} />
      <ItemSearch label={t('inventory.item.take')} onTake={({ item, unit }) => setLines([...lines, { itemId: item.id, name: item.name, unit, quantity: '' }])} />
      {lines.map((line, index) => (
        <Group key={`${line.itemId}${index}`} align="end" wrap="nowrap">
          <TextInput style={{ flex: 1 }} inputMode="decimal" label={`${line.name} (${line.unit})`} value={line.quantity} error={errors[`lines.${index}.quantity`]} onChange={(event) => setLines(lines.map((one, at) => (at === index ? { ...one, quantity: event.currentTarget.value.trim() } : one)))} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${t('common.remove')}: ${line.name}`} onClick={() => setLines(lines.filter((_one, at) => at !== index))}><IconX size={16} /></ActionIcon>
        </Group>
      ))}
      <TextInput label={t('common.reason')} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <Group justify="end"><Button loading={ask.isPending} disabled={lines.length === 0 || lines.some((line) => line.quantity === '') || storeId === ''} onClick={() => ask.mutate(undefined)}>{t('purchasing.requisition.ask')}</Button></Group>
    </Stack>
  )
}

/** What stores ask to be bought, and what vendors would take for it. */
export function RequisitionsPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [open, setOpen] = useState<Requisition | 'new'>()
  const close = () => setOpen(undefined)
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRequisitions({ query: { facilityId, cursor, limit }, signal })
  const add = <Can permission="purchasing.order"><Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('purchasing.requisition.new')}</Button></Can>
  return (
    <Page title={t('purchasing.requisitions')} crumbs={[{ label: t('purchasing.orders'), path: '/purchasing/orders' }]} actions={add}>
      <DataTable
        name="requisitions" queryKey={['purchasing', 'requisitions', facilityId]} load={load} rowId={(row) => row.id} onOpen={setOpen} empty={{ title: t('purchasing.requisitions.none'), action: add }}
        columns={[
          { key: 'number', label: t('inventory.number'), render: (row) => row.number }, { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={tones[row.state]} label={t(`purchasing.requisition.${row.state}`)} /> }, { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> },
          { key: 'lines', label: t('inventory.item'), render: (row) => <Text size="sm" lineClamp={2}>{row.lines.map((line) => `${line.itemName} ${line.quantity} ${line.unit}`).join(', ')}</Text> }, { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} /> },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" size="lg" title={open === 'new' || open === undefined ? t('purchasing.requisition.new') : open.number}>{open === undefined ? null : open === 'new' ? <Ask onClose={close} /> : <Quotations key={open.id} requisition={open} />}</Drawer>
    </Page>
  )
}
