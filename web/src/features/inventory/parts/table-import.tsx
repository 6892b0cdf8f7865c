import { useState, type ReactNode } from 'react'
import { Alert, Button, FileInput, Group, Stack, Table, Text } from '@mantine/core'
import { IconTable } from '@tabler/icons-react'
import type { QueryKey } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'

export interface Outcome {
  dryRun: boolean
  counts: { read: number; created: number; unchanged: number; failed: number }
  errors: { line: number; path: string; message: string }[]
  errorCount: number
}

interface TableImportProps {
  hint: string
  /** Columns a table may have, as an example of its first line. */
  example: string
  send: (form: FormData) => Promise<Outcome>
  /** What goes with the file; undefined while something is missing. */
  fields: Readonly<Record<string, string>> | undefined
  invalidate: QueryKey[]
  children?: ReactNode
}

const mostShown = 100

function Told({ outcome }: { outcome: Outcome }) {
  const t = useText()
  const format = useFormat()
  const { counts, errors } = outcome
  return (
    <Stack gap="sm">
      <Alert role="status" color={counts.failed > 0 ? 'yellow' : 'river'} variant="outline" title={t(outcome.dryRun ? 'inventory.import.tried' : 'inventory.import.done')}>
        {t('inventory.import.counts', { read: format.number(counts.read), created: format.number(counts.created), unchanged: format.number(counts.unchanged), failed: format.number(counts.failed) })}
      </Alert>
      {errors.length === 0 ? null : (
        <Table.ScrollContainer minWidth={420}>
          <Table fz="sm">
            <Table.Thead><Table.Tr><Table.Th ta="end" w={90}>{t('inventory.import.line')}</Table.Th><Table.Th>{t('inventory.import.field')}</Table.Th><Table.Th>{t('inventory.import.fault')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{errors.slice(0, mostShown).map((error, index) => <Table.Tr key={`${error.line}${error.path}${index}`}><Table.Td ta="end" className="figures">{error.line}</Table.Td><Table.Td>{error.path}</Table.Td><Table.Td>{error.message}</Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {outcome.errorCount > mostShown ? <Text size="sm" c="dimmed">{t('inventory.import.more', { count: outcome.errorCount - mostShown })}</Text> : null}
    </Stack>
  )
}

/** Takes a table: first tried without writing, then taken over; bad rows are named by line and field. */
export function TableImport({ hint, example, send, fields, invalidate, children }: TableImportProps) {
  const t = useText()
  const [file, setFile] = useState<File | null>(null)
  const run = useWrite(
    (isDry: boolean) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields ?? {})) form.set(name, value)
      if (isDry) form.set('dryRun', 'true')
      if (file !== null) form.append('file', file)
      return send(form)
    },
    { invalidate },
  )
  const outcome = run.data
  const isTried = outcome?.dryRun === true && outcome.counts.created > 0
  const choose = (next: File | null) => {
    run.reset()
    setFile(next)
  }
  return (
    <Stack maw={860}>
      <Text size="sm">{hint}</Text>
      <Text size="xs" c="dimmed" ff="monospace" dir="ltr" ta="start" style={{ overflowWrap: 'anywhere' }}>{example}</Text>
      {children}
      <FileInput label={t('inventory.import.file')} clearable accept=".csv,.txt,.tsv,.xlsx" leftSection={<IconTable size={16} aria-hidden />} value={file} onChange={choose} />
      {outcome === undefined ? null : <Told outcome={outcome} />}
      <Group justify="end">
        <Button variant={isTried ? 'default' : 'filled'} disabled={file === null || fields === undefined} loading={run.isPending && run.variables} onClick={() => run.mutate(true)}>{t('inventory.import.try')}</Button>
        <Button variant={isTried ? 'filled' : 'default'} disabled={!isTried} loading={run.isPending && !run.variables} onClick={() => run.mutate(false)}>{t('inventory.import.take')}</Button>
      </Group>
    </Stack>
  )
}
