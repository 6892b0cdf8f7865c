import { useState } from 'react'
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { histopathologyDetail, type HistopathologyDetail } from '#contract/laboratory-flow.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'

const blocksOf = (text: string): HistopathologyDetail['blocks'] => text.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
  const [label = '', tissue = '', stains = ''] = line.split('|').map((part) => part.trim())
  return { label, tissue, slides: stains.split(',').map((stain) => stain.trim()).filter(Boolean).map((stain, index) => ({ label: `${label}-${index + 1}`, stain })) }
})
const textOf = (blocks: HistopathologyDetail['blocks']): string => blocks.map((block) => [block.label, block.tissue ?? '', block.slides.map((slide) => slide.stain).join(', ')].join(' | ')).join('\n')

/** A structured histopathology report: gross, blocks with their slides, microscopy, diagnosis. */
export function HistologyForm({ result }: { result: Result }) {
  const t = useText()
  const before = histopathologyDetail.safeParse(result.detail)
  const [detail, setDetail] = useState<HistopathologyDetail>(before.success ? before.data : { blocks: [] })
  const [blocks, setBlocks] = useState(textOf(detail.blocks))
  const save = useWrite(() => api.enterDetail({ params: { id: result.id }, ifMatch: result.version, body: { detail: { ...detail, blocks: blocksOf(blocks) } } }), { invalidate: touched, done: t('laboratory.entry.kept') })
  const area = (key: 'gross' | 'microscopy' | 'diagnosis', max: number) => <Textarea label={t(`laboratory.histology.${key}`)} autosize minRows={2} maxLength={max} value={detail[key] ?? ''} onChange={(event) => setDetail({ ...detail, [key]: event.currentTarget.value })} />
  return (
    <Stack gap="sm">
      {area('gross', 4000)}
      <Textarea label={t('laboratory.histology.blocks')} description={t('laboratory.histology.blocksHint')} autosize minRows={2} maxLength={4000} value={blocks} onChange={(event) => setBlocks(event.currentTarget.value)} />
      {area('microscopy', 8000)}
      {area('diagnosis', 2000)}
      <TextInput w={220} label={t('laboratory.histology.stage')} maxLength={60} value={detail.stage ?? ''} onChange={(event) => setDetail({ ...detail, stage: event.currentTarget.value })} />
      <Group justify="end"><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.entry.keep')}</Button></Group>
    </Stack>
  )
}
