import { useState } from 'react'
import { Button, FileInput, Group, SegmentedControl, Stack, Switch } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { api } from '../queries.ts'

const accepted = { fhir: '.json,.ndjson,.gz,.zip', 'patients-csv': '.csv,.xlsx,.txt' } as const
type Kind = keyof typeof accepted

/** Chooses files and starts; the work goes on in the background. */
export function NewImport() {
  const t = useText()
  const go = useGo()
  const { facilityId } = useAuth()
  const [kind, setKind] = useState<Kind>('fhir')
  const [files, setFiles] = useState<File[]>([])
  const [isTrial, setTrial] = useState(false)
  const start = useWrite(
    () => {
      const form = new FormData()
      form.set('kind', kind)
      form.set('facilityId', facilityId)
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
        <FileInput multiple clearable label={t('imports.files')} description={t(`imports.hint.${kind}`)} accept={accepted[kind]} value={files} onChange={setFiles} leftSection={<IconUpload size={16} aria-hidden />} />
        <Group justify="space-between">
          <Switch label={t('imports.trial')} checked={isTrial} onChange={(event) => setTrial(event.currentTarget.checked)} />
          <Button type="submit" loading={start.isPending} disabled={files.length === 0}>{t('imports.start')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
