import { useState, type DragEvent, type ReactNode } from 'react'
import { Box, Button, FileInput, Group, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { api } from '../queries.ts'

const accepted = { fhir: '.json,.ndjson,.gz,.zip', 'patients-csv': '.csv,.xlsx,.txt' } as const
type Kind = keyof typeof accepted

/** Takes files let go over it; the button inside does the same for the keyboard. */
function DropArea({ onFiles, children }: { onFiles: (files: File[]) => void; children: ReactNode }) {
  const [isOver, setOver] = useState(false)
  const over = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files])
  }
  return <Box p="md" data-testid="drop" onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop} bg={isOver ? 'var(--mantine-primary-color-light)' : 'transparent'} style={{ border: `1px dashed ${isOver ? 'var(--mantine-primary-color-filled)' : 'var(--line)'}`, borderRadius: 6 }}>{children}</Box>
}

/** Chooses files and starts; the work goes on in the background. */
export function NewImport() {
  const t = useText()
  const go = useGo()
  const { facilityId } = useAuth()
  const [kind, setKind] = useState<Kind>('fhir')
  const [files, setFiles] = useState<File[]>([])
  const [isTrial, setTrial] = useState(false)
  const [source, setSource] = useState('')
  const start = useWrite(
    () => {
      const form = new FormData()
      form.set('kind', kind)
      form.set('facilityId', facilityId)
      if (source.trim() !== '') form.set('source', source.trim())
      if (isTrial) form.set('dryRun', 'true')
      for (const file of files) form.append('file', file)
      return api.startImport({ form })
    },
    { invalidate: [['imports']], onDone: (run) => go(`/imports/${run.id}`) },
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <SegmentedControl aria-label={t('common.type')} data={[{ value: 'fhir', label: t('imports.kind.fhir') }, { value: 'patients-csv', label: t('imports.kind.patients-csv') }]} value={kind} onChange={(value) => setKind(value === 'fhir' ? 'fhir' : 'patients-csv')} />
        <DropArea onFiles={setFiles}>
          <Text size="sm" mb="xs">{t('imports.drop')}</Text>
          <FileInput multiple clearable label={t('imports.files')} description={t(`imports.hint.${kind}`)} accept={accepted[kind]} value={files} onChange={setFiles} leftSection={<IconUpload size={16} aria-hidden />} />
        </DropArea>
        <TextInput maw={480} label={t('imports.source')} description={t('imports.sourceHint')} maxLength={80} autoComplete="off" value={source} onChange={(event) => setSource(event.currentTarget.value)} />
        <Group justify="space-between">
          <Switch label={t('imports.trial')} checked={isTrial} onChange={(event) => setTrial(event.currentTarget.checked)} />
          <Button type="submit" loading={start.isPending} disabled={files.length === 0}>{t('imports.start')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
