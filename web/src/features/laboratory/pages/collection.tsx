import { useState } from 'react'
import { Alert, Box, Button, Checkbox, Drawer, Group, Paper, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { collectionPlace } from '#contract/laboratory-collection.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { CollectorSelect, MissForm, PlanForm, useMoment } from '../parts/collection-forms.tsx'
import { Due, Payment } from '../parts/states.tsx'
import { api, type Collection, printLabels, printRound, touched } from '../queries.ts'

const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const wayTo = ({ place, plan, patientName }: Collection): string => [collectionPlace.options.toReversed().indexOf(place), plan.ward, plan.postcode, place === 'home' ? plan.address : plan.bed, patientName].join('\u0001')

/** A stop of the round: one patient at one place, with all their tubes. */
interface Stop {
  key: string
  tubes: Collection[]
  first: Collection
}

function stopsOf(tubes: readonly Collection[]): Stop[] {
  const groups = Map.groupBy(tubes, (tube) => [tube.patientId, tube.place, tube.plan.ward, tube.plan.bed].join('\u0001'))
  const stops = [...groups].flatMap(([key, own]) => (own[0] === undefined ? [] : [{ key, tubes: own, first: own[0] }]))
  return stops.toSorted((a, b) => natural.compare(wayTo(a.first), wayTo(b.first)))
}

function Where({ stop: { first } }: { stop: Stop }) {
  const t = useText()
  const { dayTime, time } = useFormat()
  const { plan, place } = first
  const where = place === 'ward' ? [plan.ward, plan.bed].filter(Boolean).join(' · ') : place === 'home' ? plan.address : ''
  return (
    <Stack gap={2} miw={0}>
      <Text size="sm" fw={600}><bdi>{where === '' ? t(`laboratory.place.${place}`) : where}</bdi></Text>
      {plan.phone === '' ? null : <Text size="xs" c="dimmed"><bdi dir="ltr">{plan.phone}</bdi></Text>}
      {plan.at === null ? null : <Text size="xs" c="dimmed"><bdi>{[dayTime(plan.at), plan.until === null ? '' : time(plan.until)].filter(Boolean).join(' – ')}</bdi></Text>}
      {plan.collectorName === '' ? null : <Text size="xs" c="dimmed"><bdi>{plan.collectorName}</bdi></Text>}
    </Stack>
  )
}

function Tube({ tube }: { tube: Collection }) {
  const t = useText()
  return (
    <Group gap={6}>
      <Text size="sm" className="figures" component="span">{tube.number}</Text>
      <Text size="sm" component="span"><bdi>{[tube.container, tube.timepoint].filter(Boolean).join(' · ')}</bdi></Text>
      <Text size="xs" c="dimmed" component="span">{tube.contents}</Text>
      {tube.priority === 'routine' ? null : <StateBadge label={t(`orders.priority.${tube.priority}`)} tone="warn" />}
      <Payment payment={tube.payment} />
      {tube.plan.missed === null ? null : <StateBadge tone="bad" label={t('laboratory.collection.tried', { count: tube.plan.attempts, reason: [t(`laboratory.missed.${tube.plan.missed.cause}`), tube.plan.missed.note].filter(Boolean).join(': ') })} />}
    </Group>
  )
}

interface StopProps {
  stop: Stop
  isChosen: boolean
  onChoose: (isChosen: boolean) => void
  onAsk: (what: Asked['what'], tubes: Collection[]) => void
}

function StopRow({ stop, isChosen, onChoose, onAsk }: StopProps) {
  const t = useText()
  const { tubes, first } = stop
  const collect = useWrite(async () => {
    for (const tube of tubes) await api.collect({ params: { id: tube.id }, ifMatch: tube.version, body: {} })
  }, { invalidate: touched, done: t('laboratory.collection.done') })
  const labels = useWrite(async () => {
    for (const tube of tubes) await printLabels({ specimenId: tube.id })
  }, { invalidate: [['laboratory']] })
  const isDue = tubes.some((tube) => tube.plan.missed !== null)
  return (
    <Paper p="sm" bg="var(--surface)" component="li" aria-label={first.patientName} style={isDue ? { boxShadow: 'inset 0 0 0 1px var(--mantine-color-red-7)' } : {}}>
      <Group align="start" gap="sm" wrap="nowrap">
        <Checkbox mt={2} aria-label={t('laboratory.collection.choose', { name: first.patientName })} checked={isChosen} onChange={(event) => onChoose(event.currentTarget.checked)} />
        <Group align="start" gap="md" flex={1} miw={0}>
          <Box w={{ base: '100%', sm: 200 }}><Where stop={stop} /></Box>
          <Box w={{ base: '100%', sm: 180 }} fz="sm"><PatientName row={first} /></Box>
          <Stack gap={4} flex={1} miw={220}>
            {tubes.map((tube) => <Tube key={tube.id} tube={tube} />)}
            <Group gap={6} fz="xs" c="dimmed">{t('laboratory.collection.due')}<Due at={first.dueAt} isOpen /></Group>
          </Stack>
          <Group gap="xs">
            <Button size="xs" loading={collect.isPending} onClick={() => collect.mutate(undefined)}>{t('laboratory.step.collect')}</Button>
            <Button size="xs" variant="default" onClick={() => onAsk('missed', tubes)}>{t('laboratory.collection.missed')}</Button>
            <Button size="xs" variant="default" onClick={() => onAsk('plan', tubes)}>{t('laboratory.collection.plan')}</Button>
            <Button size="xs" variant="default" loading={labels.isPending} onClick={() => labels.mutate(undefined)}>{t('laboratory.collection.labels')}</Button>
          </Group>
        </Group>
      </Group>
    </Paper>
  )
}

interface Asked {
  what: 'plan' | 'missed'
  tubes: Collection[]
}

function useFilter() {
  const { facilityId } = useAuth()
  const { toInstant } = useMoment()
  const [placeParam, setPlace] = useSearchParam('place')
  const [ward, setWard] = useSearchParam('ward')
  const [collectorId, setCollector] = useSearchParam('collector')
  const [from, setFrom] = useSearchParam('from')
  const [to, setTo] = useSearchParam('to')
  const place = collectionPlace.safeParse(placeParam).data
  const given = { place, ward: ward === '' ? undefined : ward, collectorId, from: toInstant(from ?? ''), to: toInstant(to ?? '') }
  const query = { facilityId, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
  return { query, place, setPlace, ward, setWard, collectorId, setCollector, from, setFrom, to, setTo }
}

/** What is to be collected, as the round goes: wards by their beds, homes by area, the queue by name. */
export function CollectionPage() {
  const t = useText()
  const filter = useFilter()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<Asked>()
  const list = useQuery({ queryKey: ['laboratory', 'collections', filter.query], queryFn: ({ signal }) => api.listCollections({ query: { ...filter.query, limit: 200 }, signal }), refetchInterval: 20_000 })
  const print = useWrite(() => printRound(filter.query))
  const close = () => { setAsked(undefined); setChosen(new Set()) }
  const choose = (key: string, isChosen: boolean) => setChosen((before) => new Set(isChosen ? [...before, key] : [...before].filter((one) => one !== key)))
  const wards = [...new Set([...(list.data?.items ?? []).map((tube) => tube.plan.ward), filter.ward ?? ''])].filter(Boolean).toSorted(natural.compare)
  return (
    <Page title={t('laboratory.collection.title')} actions={<Button variant="default" loading={print.isPending} onClick={() => print.mutate(undefined)}>{t('laboratory.collection.print')}</Button>}>
      <Group gap="sm" align="end">
        <SegmentedControl size="sm" maw="100%" style={{ overflowX: 'auto' }} aria-label={t('laboratory.place')} data={[{ value: 'all', label: t('common.all') }, ...['ward', 'home', 'outpatient'].map((value) => ({ value, label: t(`laboratory.place.${value}`) }))]} value={filter.place ?? 'all'} onChange={(value) => filter.setPlace(value === 'all' ? undefined : value)} />
        {filter.place === 'home' || filter.place === 'outpatient' ? null : <Select w={160} clearable searchable label={t('laboratory.collection.ward')} data={wards} value={filter.ward ?? null} onChange={(value) => filter.setWard(value ?? undefined)} />}
        <CollectorSelect w={190} label={t('laboratory.collection.collector')} value={filter.collectorId ?? null} onChange={(value) => filter.setCollector(value ?? undefined)} />
        <TextInput w={205} type="datetime-local" label={t('laboratory.collection.roundFrom')} value={filter.from ?? ''} onChange={(event) => filter.setFrom(event.currentTarget.value === '' ? undefined : event.currentTarget.value)} />
        <TextInput w={205} type="datetime-local" label={t('laboratory.collection.roundTo')} value={filter.to ?? ''} onChange={(event) => filter.setTo(event.currentTarget.value === '' ? undefined : event.currentTarget.value)} />
      </Group>
      <Loaded query={list} rows={8}>
        {({ items, nextCursor }) => {
          const stops = stopsOf(items)
          const picked = stops.filter((stop) => chosen.has(stop.key)).flatMap((stop) => stop.tubes)
          if (stops.length === 0) return <Empty title={t('laboratory.collection.empty')} hint={t('laboratory.collection.emptyHint')} />
          return (
            <Stack gap="xs">
              <Group justify="space-between">
                <Checkbox label={t('laboratory.collection.count', { patients: stops.length, tubes: items.length })} checked={picked.length === items.length} indeterminate={picked.length > 0 && picked.length < items.length} onChange={(event) => setChosen(event.currentTarget.checked ? new Set(stops.map((stop) => stop.key)) : new Set())} />
                <Group gap="xs">
                  <Button size="sm" disabled={picked.length === 0 || picked.length > 100} onClick={() => setAsked({ what: 'plan', tubes: picked })}>{t('laboratory.collection.planChosen')}</Button>
                </Group>
              </Group>
              {nextCursor === null ? null : <Alert color="yellow">{t('laboratory.collection.more')}</Alert>}
              <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
                {stops.map((stop) => <StopRow key={stop.key} stop={stop} isChosen={chosen.has(stop.key)} onChoose={(isChosen) => choose(stop.key, isChosen)} onAsk={(what, tubes) => setAsked({ what, tubes })} />)}
              </Stack>
            </Stack>
          )
        }}
      </Loaded>
      <Drawer opened={asked !== undefined} onClose={close} position="right" title={asked === undefined ? '' : t(asked.what === 'plan' ? 'laboratory.collection.plan' : 'laboratory.collection.missed')}>
        {asked?.what === 'plan' ? <PlanForm tubes={asked.tubes} onDone={close} /> : null}
        {asked?.what === 'missed' ? <MissForm tubes={asked.tubes} onDone={close} /> : null}
      </Drawer>
    </Page>
  )
}
