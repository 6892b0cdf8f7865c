import { Button, Group, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { saveBlob } from '../../../ui/csv.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type PatientExport } from '../queries.ts'

const formats = ['json', 'fhir', 'pdf'] as const
const extensions: Record<PatientExport['format'], string> = { json: 'json', fhir: 'fhir.json', pdf: 'pdf' }

function ExportLine({ row }: { row: PatientExport }) {
  const t = useText()
  const save = useWrite(async () => saveBlob(`record-${row.createdAt.slice(0, 10)}.${extensions[row.format]}`, await api.readExport({ params: { id: row.id } })))
  return (
    <Group justify="space-between">
      <Text size="sm">{t(`privacy.export.${row.format}`)} · <When at={row.createdAt} /> · <bdi>{row.createdBy}</bdi>{row.records === null ? '' : ` · ${t('privacy.export.records', { count: row.records })}`}</Text>
      {row.state === 'done' ? <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('privacy.export.save')}</Button> : <StateBadge tone="info" label={t('privacy.export.queued')} />}
    </Group>
  )
}

/** All that is stored on a patient, as a file; it is made in the background. */
export function Exports({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useQuery({ queryKey: ['privacy', 'exports', patientId], queryFn: ({ signal }) => api.listExports({ params: { id: patientId }, query: { limit: 20 }, signal }), refetchInterval: ({ state }) => (state.data?.items.some((row) => row.state === 'queued') === true ? 2000 : false) })
  const make = useWrite((format: (typeof formats)[number]) => api.createExport({ params: { id: patientId }, body: { format } }), { invalidate: [['privacy', 'exports']], done: t('privacy.export.asked') })
  return (
    <Section title={t('privacy.export.title')} actions={<Group gap="xs">{formats.map((format) => <Button key={format} size="xs" variant="default" loading={make.isPending && make.variables === format} onClick={() => make.mutate(format)}>{t(`privacy.export.${format}`)}</Button>)}</Group>}>
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Empty title={t('privacy.export.empty')} hint={t('privacy.export.emptyHint')} /> : <Stack gap="xs">{items.map((row) => <ExportLine key={row.id} row={row} />)}</Stack>)}</Loaded>
    </Section>
  )
}
