import { useState } from 'react'
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { chargeTrigger } from '#contract/billing.ts'
import { encounterClass, medicineSystem } from '#contract/encounters.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { ServiceSearch } from '../parts/service-search.tsx'
import { api, type Rule, type Service } from '../queries.ts'

function NewRule() {
  const t = useText()
  const [trigger, setTrigger] = useState<(typeof chargeTrigger.options)[number]>('encounter-opened')
  const [visit, setVisit] = useState('')
  const [system, setSystem] = useState('')
  const [place, setPlace] = useState('')
  const [service, setService] = useState<Service>()
  const { me } = useAuth()
  const chosenClass = encounterClass.safeParse(visit).data
  const chosenSystem = medicineSystem.safeParse(system).data
  const add = useWrite(() => api.createChargeRule({ body: { trigger, serviceId: service?.id ?? '', ...(chosenClass === undefined ? {} : { encounterClass: chosenClass }), ...(chosenSystem === undefined ? {} : { system: chosenSystem }), ...(place === '' ? {} : { facilityId: place }) } }), { invalidate: [['billing', 'rules']], onDone: () => setService(undefined) })
  return (
    <Stack gap="sm">
      <Group align="end">
        <Select label={t('billing.rules.when')} data={chargeTrigger.options.map((value) => ({ value, label: t(`billing.source.${value}`) }))} value={trigger} onChange={(value) => setTrigger(chargeTrigger.options.find((one) => one === value) ?? 'encounter-opened')} />
        <Select label={t('billing.rules.class')} data={[{ value: '', label: t('common.all') }, ...encounterClass.options.map((value) => ({ value, label: t(`encounters.class.${value}`) }))]} value={visit} onChange={(value) => setVisit(value ?? '')} />
        <Select label={t('encounters.system')} data={[{ value: '', label: t('common.all') }, ...medicineSystem.options.map((value) => ({ value, label: t(`encounters.system.${value}`) }))]} value={system} onChange={(value) => setSystem(value ?? '')} />
        <Select label={t('common.facility')} data={[{ value: '', label: t('common.all') }, ...me.facilities.map((one) => ({ value: one.id, label: one.name }))]} value={place} onChange={(value) => setPlace(value ?? '')} />
      </Group>
      {service === undefined ? <ServiceSearch label={t('billing.rules.service')} onTake={setService} /> : <Group><Text size="sm">{service.name}</Text><Button size="compact-xs" variant="subtle" onClick={() => setService(undefined)}>{t('billing.rules.otherService')}</Button></Group>}
      <Group justify="end"><Button disabled={service === undefined} loading={add.isPending} onClick={() => add.mutate(undefined)}>{t('common.add')}</Button></Group>
    </Stack>
  )
}

function Switch({ rule }: { rule: Rule }) {
  const t = useText()
  const write = useWrite(() => api.updateChargeRule({ params: { id: rule.id }, body: { isActive: !rule.isActive }, ifMatch: rule.version }), { invalidate: [['billing', 'rules']] })
  return <Button size="compact-xs" variant="subtle" loading={write.isPending} onClick={() => write.mutate(undefined)}>{t(rule.isActive ? 'billing.service.switchOff' : 'billing.service.switchOn')}</Button>
}

/** What is charged by itself. */
export function ChargeRulesPage() {
  const t = useText()
  const { can, me } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listChargeRules({ query: { cursor, limit }, signal })
  return (
    <Page title={t('billing.rules.title')}>
      <Can permission="billing.services"><Section title={t('billing.rules.new')}><NewRule /></Section></Can>
      <DataTable
        name="charge-rules" queryKey={['billing', 'rules']} load={load} rowId={(row) => row.id} empty={{ title: t('billing.rules.empty'), hint: t('billing.rules.emptyHint') }} {...(can('billing.services') ? { rowMenu: (row: Rule) => <Switch rule={row} /> } : {})}
        columns={[
          { key: 'trigger', label: t('billing.rules.when'), render: (row) => t(`billing.source.${row.trigger}`) },
          { key: 'class', label: t('billing.rules.class'), render: (row) => (row.encounterClass === null ? t('common.all') : t(`encounters.class.${row.encounterClass}`)) },
          { key: 'system', label: t('encounters.system'), render: (row) => (row.system === null ? t('common.all') : t(`encounters.system.${row.system}`)) },
          { key: 'facility', label: t('common.facility'), render: (row) => (row.facilityId === null ? t('common.all') : (me.facilities.find((one) => one.id === row.facilityId)?.name ?? t('billing.service.otherFacility'))) },
          { key: 'service', label: t('billing.rules.service'), render: (row) => row.serviceName },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'common.active' : 'common.inactive')} /> },
        ]}
      />
    </Page>
  )
}
