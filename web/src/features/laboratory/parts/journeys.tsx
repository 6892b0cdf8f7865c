import { useState } from 'react'
import { Button, Drawer, Group, NumberInput, Select, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Journey, type LabPartner } from '../queries.ts'

const tones = { 'on-the-way': 'info', arrived: 'good', reported: 'good', lost: 'bad' } as const
const refreshed = [['laboratory', 'journeys'], ['laboratory', 'specimen'], ['laboratory', 'specimens']]

/** Tubes between laboratories. */
export function Journeys() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listJourneys({ query: { facilityId, cursor, limit }, signal })
  const menu = (row: Journey) => {
    const request = { params: { id: row.id }, ifMatch: row.version }
    return <LifecycleButtons size="xs" actions={row.actions} steps={[{ step: 'arrive', label: t('laboratory.journeys.arrive'), isPrimary: true, run: () => api.arriveJourney({ ...request, body: {} }) }, { step: 'report', label: t('laboratory.journeys.report'), run: () => api.reportJourney({ ...request, body: {} }) }, { step: 'lose', label: t('laboratory.journeys.lose'), needsReason: true, isDangerous: true, confirm: t('laboratory.journeys.loseHint'), run: (reason) => api.loseJourney({ ...request, body: { reason } }) }]} invalidate={refreshed} />
  }
  return (
    <DataTable
      name="journeys" queryKey={['laboratory', 'journeys', facilityId]} load={load} rowId={(row: Journey) => row.id} rowPath={(row) => `/laboratory/specimens/${row.specimenId}`} empty={{ title: t('laboratory.journeys.empty'), hint: t('laboratory.journeys.emptyHint') }} {...(can('laboratory.work') ? { rowMenu: menu } : {})}
      columns={[
        { key: 'number', label: t('laboratory.specimen.number'), render: (row) => <bdi>{row.specimenNumber}</bdi> },
        { key: 'patient', label: t('common.patient'), render: (row) => row.patientName },
        { key: 'partner', label: t('laboratory.journeys.partner'), render: (row) => row.partnerName },
        { key: 'sentAt', label: t('laboratory.journeys.sent'), render: (row) => <When at={row.sentAt} /> },
        { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={row.isLate ? t('laboratory.journeys.late') : t(`laboratory.journeys.state.${row.state}`)} tone={row.isLate ? 'warn' : tones[row.state]} /> },
      ]}
    />
  )
}

function PartnerForm({ partner, onDone }: { partner?: LabPartner | undefined; onDone: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { kind: partner?.kind ?? 'send-out', name: partner?.name ?? '', accreditation: partner?.accreditation ?? '', phone: partner?.phone ?? '', address: partner?.address ?? '', turnaroundHours: (partner?.turnaroundHours ?? '') as number | '' },
    submit: ({ kind, turnaroundHours, ...values }) => {
      if (partner !== undefined) return api.updatePartner({ params: { id: partner.id }, ifMatch: partner.version, body: { ...values, turnaroundHours: turnaroundHours === '' ? null : turnaroundHours } })
      return api.createPartner({ body: { kind, ...values, ...(turnaroundHours === '' ? {} : { turnaroundHours }) } })
    },
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['laboratory', 'partners'] })
      onDone()
    },
  })
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone} labels={{ name: t('common.name') }}>
      <Select label={t('laboratory.partners.kind')} allowDeselect={false} disabled={partner !== undefined} data={(['send-out', 'collecting-centre'] as const).map((value) => ({ value, label: t(`laboratory.partners.${value}`) }))} {...form.fields.getInputProps('kind')} />
      <TextInput label={t('common.name')} withAsterisk maxLength={120} {...form.fields.getInputProps('name')} />
      <TextInput label={t('laboratory.partners.accreditation')} maxLength={120} {...form.fields.getInputProps('accreditation')} />
      <TextInput label={t('common.address')} maxLength={300} {...form.fields.getInputProps('address')} />
      <Group grow>
        <TextInput label={t('common.phone')} maxLength={40} {...form.fields.getInputProps('phone')} />
        <NumberInput label={t('laboratory.partners.hours')} min={1} max={10_000} allowDecimal={false} {...form.fields.getInputProps('turnaroundHours')} />
      </Group>
    </Form>
  )
}

/** Laboratories tubes go to, and centres they come from. */
export function Partners() {
  const t = useText()
  const { can } = useAuth()
  const [opened, setOpened] = useState<LabPartner | 'new'>()
  const close = () => setOpened(undefined)
  const load = ({ cursor, limit, signal }: PageRequest) => api.listPartners({ query: { cursor, limit }, signal })
  const menu = (row: LabPartner) => <Group gap={4} justify="end" wrap="nowrap"><Button size="xs" variant="default" onClick={() => setOpened(row)}>{t('common.edit')}</Button><LifecycleButtons size="xs" actions={['toggle']} steps={[{ step: 'toggle', label: t(row.isActive ? 'laboratory.quality.endLot' : 'laboratory.quality.useLot'), run: () => api.updatePartner({ params: { id: row.id }, ifMatch: row.version, body: { isActive: !row.isActive } }) }]} invalidate={[['laboratory', 'partners']]} /></Group>
  return (
    <>
      <DataTable
        name="lab-partners" queryKey={['laboratory', 'partners']} load={load} rowId={(row: LabPartner) => row.id} empty={{ title: t('laboratory.partners.empty'), hint: t('laboratory.partners.emptyHint') }}
        {...(can('laboratory.catalogue') ? { rowMenu: menu, toolbar: <Button size="xs" onClick={() => setOpened('new')}>{t('laboratory.partners.add')}</Button> } : {})}
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => row.name },
          { key: 'kind', label: t('laboratory.partners.kind'), render: (row) => t(`laboratory.partners.${row.kind}`) },
          { key: 'hours', label: t('laboratory.partners.hours'), align: 'end', render: (row) => row.turnaroundHours ?? '–' },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'laboratory.quality.inUse' : 'laboratory.quality.ended')} tone={row.isActive ? 'good' : 'neutral'} /> },
        ]}
      />
      <Drawer opened={opened !== undefined} onClose={close} position="right" title={t(opened === undefined || opened === 'new' ? 'laboratory.partners.add' : 'laboratory.partners.edit')}>{opened === undefined ? null : <PartnerForm partner={opened === 'new' ? undefined : opened} onDone={close} />}</Drawer>
    </>
  )
}
