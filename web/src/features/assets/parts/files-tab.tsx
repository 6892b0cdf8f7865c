import { useState } from 'react'
import { Button, FileButton, Group, Select, Table, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { assetFileKind } from '#contract/assets-shapes.ts'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Asset, touched } from '../queries.ts'

function AddFile({ asset }: { asset: Asset }) {
  const t = useText()
  const [kind, setKind] = useState('invoice')
  const add = useWrite((file: File) => {
    const form = new FormData()
    form.set('kind', kind)
    form.append('file', file)
    return api.addFile({ params: { id: asset.id }, form })
  }, { invalidate: touched, done: t('common.saved') })
  return (
    <Group gap="xs">
      <Select aria-label={t('assets.file.kind')} data={assetFileKind.options.map((value) => ({ value, label: t(`assets.file.${value}`) }))} value={kind} onChange={(value) => setKind(value ?? 'other')} w={160} />
      <FileButton accept="application/pdf,image/jpeg,image/png,image/webp" inputProps={{ 'aria-label': t('assets.file.add') }} onChange={(file) => (file === null ? undefined : add.mutate(file))}>{(props) => <Button {...props} loading={add.isPending}>{t('assets.file.add')}</Button>}</FileButton>
    </Group>
  )
}

/** Invoices, manuals, certificates and pictures of an asset. */
export function FilesTab({ asset }: { asset: Asset }) {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery({ queryKey: ['assets', 'files', asset.id], queryFn: ({ signal }) => api.listFiles({ params: { id: asset.id }, signal }) })
  return (
    <Section title={t('assets.tab.files')} actions={can('assets.maintain') ? <AddFile asset={asset} /> : undefined}>
      <Loaded query={query}>
        {({ items }) => (items.length === 0 ? <Empty title={t('assets.file.none')} hint={t('assets.file.noneHint')} /> : (
          <Table.ScrollContainer minWidth={420}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{t('common.name')}</Table.Th><Table.Th>{t('common.type')}</Table.Th><Table.Th>{t('common.date')}</Table.Th><Table.Th><VisuallyHidden>{t('common.actions')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{items.map((file) => <Table.Tr key={file.id}><Table.Td><bdi>{file.name}</bdi></Table.Td><Table.Td>{t(`assets.file.${file.kind}`)}</Table.Td><Table.Td><When at={file.createdAt} /></Table.Td><Table.Td ta="end"><Button size="xs" variant="subtle" aria-label={`${t('common.open')}: ${file.name}`} onClick={() => void api.readFile({ params: { id: file.id } }).then(openBlob)}>{t('common.open')}</Button></Table.Td></Table.Tr>)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ))}
      </Loaded>
    </Section>
  )
}
