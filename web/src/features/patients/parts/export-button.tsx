import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { saveBlob } from '../../../ui/csv.ts'

/** Has the whole of a list made into a CSV file; that it was, and with whom in it, is audited. */
export function ExportButton({ name, load }: { name: string; load: () => Promise<Blob> }) {
  const t = useText()
  const save = useWrite(async () => saveBlob(`${name}.csv`, await load()), { done: t('patients.export.done') })
  return (
    <Can permission="patients.export">
      <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('patients.export')}</Button>
    </Can>
  )
}
