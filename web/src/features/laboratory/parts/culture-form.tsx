import { useState } from 'react'
import { ActionIcon, Autocomplete, Button, Checkbox, Group, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { cultureDetail, type CultureEntry } from '#contract/laboratory-flow.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, microbiologyQuery, type Result, touched } from '../queries.ts'

type Isolate = CultureEntry['isolates'][number]
type Susceptibility = Isolate['susceptibilities'][number]
const stages = ['gram', 'growth-24h', 'growth-48h', 'identification', 'final'] as const
const common = ['Ampicillin', 'Amoxicillin-clavulanate', 'Ceftriaxone', 'Ciprofloxacin', 'Gentamicin', 'Nitrofurantoin', 'Cotrimoxazole', 'Meropenem', 'Vancomycin', 'Linezolid', 'Colistin']

/** The antibiotics and organisms in use, by name. */
function useLists() {
  const terms = (useQuery(microbiologyQuery).data?.items ?? []).filter((term) => term.isActive)
  return { antibiotics: terms.filter((term) => term.kind === 'antibiotic'), organisms: terms.filter((term) => term.kind === 'organism').map((term) => term.name) }
}

function IsolateFields({ isolate, onChange, onRemove }: { isolate: Isolate; onChange: (isolate: Isolate) => void; onRemove: () => void }) {
  const t = useText()
  const { antibiotics, organisms } = useLists()
  const [added, setAdded] = useState<string[]>([])
  const rows = [...new Set([...common.filter((name) => antibiotics.length === 0 || antibiotics.some((term) => term.name === name)), ...isolate.susceptibilities.map((one) => one.antibiotic), ...added])]
  const tierOf = (antibiotic: string) => antibiotics.find((term) => term.name === antibiotic)?.tier ?? 1
  const of = (antibiotic: string) => isolate.susceptibilities.find((one) => one.antibiotic === antibiotic)
  const put = (antibiotic: string, change: Partial<Susceptibility>) => {
    const { breakpoint: _before, ...before } = of(antibiotic) ?? { antibiotic, method: 'disk' as const, ...(tierOf(antibiotic) > 1 ? { tier: tierOf(antibiotic) } : {}) }
    const next = { ...before, ...change }
    const isEmpty = next.interpretation === undefined && (next.value ?? '') === ''
    onChange({ ...isolate, susceptibilities: [...isolate.susceptibilities.filter((one) => one.antibiotic !== antibiotic), ...(isEmpty ? [] : [next])] })
  }
  const said = (value: string) => (value === 'S' || value === 'I' || value === 'R' ? value : undefined)
  return (
    <Stack gap="xs" p="sm" style={{ border: '1px solid var(--line)', borderRadius: 6 }}>
      <Group align="end">
        <Autocomplete flex={1} miw={180} label={t('laboratory.culture.organism')} data={organisms} limit={12} maxLength={120} value={isolate.organism} onChange={(organism) => onChange({ ...isolate, organism })} />
        <TextInput w={160} label={t('laboratory.culture.quantity')} maxLength={60} value={isolate.quantity ?? ''} onChange={(event) => onChange({ ...isolate, quantity: event.currentTarget.value })} />
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.culture.remove')} onClick={onRemove}><IconTrash size={18} /></ActionIcon>
      </Group>
      <Text size="xs" c="dimmed">{t('laboratory.culture.interpretHint')}</Text>
      {rows.map((antibiotic) => (
        <Group key={antibiotic} justify="space-between" gap="xs">
          <Text flex={1} miw={160} size="sm">{antibiotic} {(of(antibiotic)?.breakpoint ?? '') === '' ? null : <Text span size="xs" c="dimmed"><bdi dir="ltr">{of(antibiotic)?.breakpoint}</bdi></Text>}</Text>
          <SegmentedControl size="xs" aria-label={t('laboratory.culture.method', { antibiotic })} data={[{ value: 'disk', label: 'mm' }, { value: 'mic', label: 'MIC' }]} value={of(antibiotic)?.method === 'mic' ? 'mic' : 'disk'} onChange={(method) => put(antibiotic, { method: method === 'mic' ? 'mic' : 'disk' })} />
          <TextInput size="xs" w={80} aria-label={t('laboratory.culture.valueOf', { antibiotic })} maxLength={20} value={of(antibiotic)?.value ?? ''} onChange={(event) => put(antibiotic, { value: event.currentTarget.value, interpretation: undefined })} />
          <SegmentedControl size="xs" aria-label={antibiotic} data={[{ value: '-', label: '–' }, { value: 'S', label: 'S' }, { value: 'I', label: 'I' }, { value: 'R', label: 'R' }]} value={of(antibiotic)?.interpretation ?? '-'} onChange={(value) => put(antibiotic, { interpretation: said(value) })} />
        </Group>
      ))}
      <Select w={260} searchable label={t('laboratory.culture.addAntibiotic')} data={antibiotics.map((term) => term.name).filter((name) => !rows.includes(name))} value={null} onChange={(name) => { if (name !== null) setAdded([...added, name]) }} />
    </Stack>
  )
}

/** What a culture says so far, to go on from. */
export function cultureOf(result: Result): CultureEntry {
  const before = cultureDetail.safeParse(result.detail)
  return before.success ? before.data : { stage: 'gram', isolates: [] }
}

/** Without the rows that were left empty. */
export const writtenCulture = (detail: CultureEntry): CultureEntry => ({ ...detail, isolates: detail.isolates.filter((one) => one.organism.trim() !== '') })

/** The fields of a stage: what was seen, what grew, and what it is sensitive to. */
export function CultureFields({ detail, onChange: setDetail }: { detail: CultureEntry; onChange: (detail: CultureEntry) => void }) {
  const t = useText()
  const change = (index: number, isolate: Isolate) => setDetail({ ...detail, isolates: detail.isolates.map((one, at) => (at === index ? isolate : one)) })
  return (
    <Stack gap="sm">
      <Select w={220} label={t('laboratory.culture.stage')} data={stages.map((value) => ({ value, label: t(`laboratory.culture.stage.${value}`) }))} value={detail.stage} onChange={(value) => setDetail({ ...detail, stage: stages.find((one) => one === value) ?? detail.stage })} />
      <TextInput label={t('laboratory.culture.stage.gram')} maxLength={500} value={detail.gram ?? ''} onChange={(event) => setDetail({ ...detail, gram: event.currentTarget.value })} />
      <Textarea label={t('laboratory.culture.growth')} autosize minRows={2} maxLength={500} value={detail.growth ?? ''} onChange={(event) => setDetail({ ...detail, growth: event.currentTarget.value })} />
      <Checkbox label={t('laboratory.culture.isGrowth')} checked={detail.isGrowth === true} onChange={(event) => setDetail({ ...detail, isGrowth: event.currentTarget.checked })} />
      {detail.isolates.map((isolate, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- an isolate has no name of its own until it is typed
        <IsolateFields key={index} isolate={isolate} onChange={(next) => change(index, next)} onRemove={() => setDetail({ ...detail, isolates: detail.isolates.filter((_one, at) => at !== index) })} />
      ))}
      <Group><Button variant="default" onClick={() => setDetail({ ...detail, isolates: [...detail.isolates, { organism: '', susceptibilities: [] }] })}>{t('laboratory.culture.add')}</Button></Group>
    </Stack>
  )
}

/** A stage of a culture on the bench. */
export function CultureForm({ result }: { result: Result }) {
  const t = useText()
  const [detail, setDetail] = useState(() => cultureOf(result))
  const save = useWrite(() => api.enterDetail({ params: { id: result.id }, ifMatch: result.version, body: { detail: writtenCulture(detail) } }), { invalidate: touched, done: t('laboratory.entry.kept') })
  return (
    <Stack gap="sm">
      <CultureFields detail={detail} onChange={setDetail} />
      <Group justify="end"><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.entry.keep')}</Button></Group>
    </Stack>
  )
}
