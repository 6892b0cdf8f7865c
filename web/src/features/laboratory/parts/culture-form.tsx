import { useState } from 'react'
import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { cultureDetail, type CultureDetail } from '#contract/laboratory-flow.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'

type Isolate = CultureDetail['isolates'][number]
type Susceptibility = Isolate['susceptibilities'][number]
const stages = ['gram', 'growth-24h', 'growth-48h', 'identification', 'final'] as const
const common = ['Ampicillin', 'Amoxicillin-clavulanate', 'Ceftriaxone', 'Ciprofloxacin', 'Gentamicin', 'Nitrofurantoin', 'Cotrimoxazole', 'Meropenem', 'Vancomycin', 'Linezolid', 'Colistin']
const reserved = new Set(['Meropenem', 'Linezolid', 'Colistin'])

function IsolateFields({ isolate, onChange, onRemove }: { isolate: Isolate; onChange: (isolate: Isolate) => void; onRemove: () => void }) {
  const t = useText()
  const set = (antibiotic: string, interpretation: string) => {
    const chosen = interpretation === 'S' || interpretation === 'I' || interpretation === 'R' ? interpretation : undefined
    const rest = isolate.susceptibilities.filter((one) => one.antibiotic !== antibiotic)
    const entry: Susceptibility[] = chosen === undefined ? [] : [{ antibiotic, method: 'disk', interpretation: chosen, tier: reserved.has(antibiotic) ? 2 : 1 }]
    onChange({ ...isolate, susceptibilities: [...rest, ...entry] })
  }
  return (
    <Stack gap="xs" p="sm" style={{ border: '1px solid var(--line)', borderRadius: 6 }}>
      <Group align="end">
        <TextInput flex={1} miw={180} label={t('laboratory.culture.organism')} maxLength={120} value={isolate.organism} onChange={(event) => onChange({ ...isolate, organism: event.currentTarget.value })} />
        <TextInput w={160} label={t('laboratory.culture.quantity')} maxLength={60} value={isolate.quantity ?? ''} onChange={(event) => onChange({ ...isolate, quantity: event.currentTarget.value })} />
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.culture.remove')} onClick={onRemove}><IconTrash size={18} /></ActionIcon>
      </Group>
      {common.map((antibiotic) => (
        <Group key={antibiotic} justify="space-between" gap="xs">
          <span>{antibiotic}</span>
          <SegmentedControl size="xs" aria-label={antibiotic} data={[{ value: '-', label: '–' }, { value: 'S', label: 'S' }, { value: 'I', label: 'I' }, { value: 'R', label: 'R' }]} value={isolate.susceptibilities.find((one) => one.antibiotic === antibiotic)?.interpretation ?? '-'} onChange={(value) => set(antibiotic, value)} />
        </Group>
      ))}
    </Stack>
  )
}

/** A stage of a culture: what was seen, what grew, and what it is sensitive to. */
export function CultureForm({ result }: { result: Result }) {
  const t = useText()
  const before = cultureDetail.safeParse(result.detail)
  const [detail, setDetail] = useState<CultureDetail>(before.success ? before.data : { stage: 'gram', isolates: [] })
  const save = useWrite(() => api.enterDetail({ params: { id: result.id }, ifMatch: result.version, body: { detail: { ...detail, isolates: detail.isolates.filter((one) => one.organism.trim() !== '') } } }), { invalidate: touched, done: t('laboratory.entry.kept') })
  const change = (index: number, isolate: Isolate) => setDetail({ ...detail, isolates: detail.isolates.map((one, at) => (at === index ? isolate : one)) })
  return (
    <Stack gap="sm">
      <Select w={220} label={t('laboratory.culture.stage')} data={stages.map((value) => ({ value, label: t(`laboratory.culture.stage.${value}`) }))} value={detail.stage} onChange={(value) => setDetail({ ...detail, stage: stages.find((one) => one === value) ?? detail.stage })} />
      <TextInput label={t('laboratory.culture.stage.gram')} maxLength={500} value={detail.gram ?? ''} onChange={(event) => setDetail({ ...detail, gram: event.currentTarget.value })} />
      <Textarea label={t('laboratory.culture.growth')} autosize minRows={2} maxLength={500} value={detail.growth ?? ''} onChange={(event) => setDetail({ ...detail, growth: event.currentTarget.value })} />
      {detail.isolates.map((isolate, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- an isolate has no name of its own until it is typed
        <IsolateFields key={index} isolate={isolate} onChange={(next) => change(index, next)} onRemove={() => setDetail({ ...detail, isolates: detail.isolates.filter((_one, at) => at !== index) })} />
      ))}
      <Group justify="space-between">
        <Button variant="default" onClick={() => setDetail({ ...detail, isolates: [...detail.isolates, { organism: '', susceptibilities: [] }] })}>{t('laboratory.culture.add')}</Button>
        <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.entry.keep')}</Button>
      </Group>
    </Stack>
  )
}
