import { useState } from 'react'
import { Button, FileInput, Group, Stack, TextInput } from '@mantine/core'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { api, type Breakpoint } from '../queries.ts'

function Import() {
  const t = useText()
  const [file, setFile] = useState<File | null>(null)
  const [source, setSource] = useState('')
  const send = useWrite(async () => api.importBreakpoints({ body: { source: source.trim(), csv: (await file?.text()) ?? '' } }), { invalidate: [['laboratory', 'breakpoints']], done: t('laboratory.breakpoints.imported'), onDone: () => setFile(null) })
  return (
    <Group align="end">
      <FileInput flex={1} miw={220} label={t('laboratory.breakpoints.file')} description={t('laboratory.breakpoints.fileHint')} accept=".csv,text/csv" value={file} onChange={setFile} clearable />
      <TextInput w={260} label={t('laboratory.breakpoints.source')} maxLength={120} value={source} onChange={(event) => setSource(event.currentTarget.value)} />
      <Button disabled={file === null || source.trim() === ''} loading={send.isPending} onClick={() => send.mutate(undefined)}>{t('laboratory.breakpoints.import')}</Button>
    </Group>
  )
}

/** Breakpoints the laboratory brought along: S, I and R are read by them. */
export function Breakpoints() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listBreakpoints({ query: { cursor, limit }, signal })
  const limits = (row: Breakpoint) => (row.method === 'mic' ? `S ≤ ${row.susceptible} · R > ${row.resistant} mg/L` : `S ≥ ${row.susceptible} · R < ${row.resistant} mm`)
  return (
    <Stack>
      <Can permission="laboratory.catalogue"><Import /></Can>
      <DataTable
        name="breakpoints" queryKey={['laboratory', 'breakpoints']} load={load} rowId={(row: Breakpoint) => row.id} empty={{ title: t('laboratory.breakpoints.empty'), hint: t('laboratory.breakpoints.emptyHint') }}
        columns={[
          { key: 'organism', label: t('laboratory.culture.organism'), render: (row) => row.organism },
          { key: 'antibiotic', label: t('laboratory.culture.antibiotic'), render: (row) => row.antibiotic },
          { key: 'limits', label: t('laboratory.breakpoints.limits'), render: (row) => <bdi dir="ltr" className="figures">{limits(row)}</bdi> },
          { key: 'tier', label: t('laboratory.breakpoints.tier'), align: 'end', render: (row) => row.tier },
          { key: 'source', label: t('laboratory.range.source'), render: (row) => row.source },
        ]}
      />
    </Stack>
  )
}
