import { useState } from 'react'
import { ActionIcon, Button, Group, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { histopathologyDetail, type HistopathologyDetail } from '#contract/laboratory-flow.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'

type Block = HistopathologyDetail['blocks'][number]

const mostBlocks = 200
const stains = ['H&E', 'PAS', 'Giemsa', 'Ziehl-Neelsen', 'Masson trichrome', 'Reticulin', 'Congo red', 'Perls', 'GMS', 'IHC']

/** A slide is called by its block and its place: A1-2. */
const slidesOf = (label: string, names: readonly string[]): Block['slides'] => names.map((stain, index) => ({ label: `${label}-${index + 1}`, stain }))

/** The next free name in the row of the last block: A1, A2 …; another specimen begins with B1. */
function nextLabel(blocks: readonly Block[]): string {
  const [, letter = 'A', number = '0'] = /^([A-Za-z]+)(\d+)$/.exec(blocks.at(-1)?.label ?? '') ?? []
  return `${letter}${Number(number) + 1}`
}

function BlockRow({ block, onChange, onRemove }: { block: Block; onChange: (block: Block) => void; onRemove: () => void }) {
  const t = useText()
  const names = block.slides.map((slide) => slide.stain)
  return (
    <Group gap="xs" align="end" role="group" aria-label={t('laboratory.histology.block', { label: block.label })}>
      <TextInput w={80} label={t('laboratory.histology.label')} maxLength={40} value={block.label} onChange={(event) => onChange({ ...block, label: event.currentTarget.value, slides: slidesOf(event.currentTarget.value, names) })} />
      <TextInput flex={1} miw={160} label={t('laboratory.histology.tissue')} maxLength={200} value={block.tissue ?? ''} onChange={(event) => onChange({ ...block, tissue: event.currentTarget.value })} />
      <TagsInput flex={2} miw={200} label={t('laboratory.histology.stains')} data={stains} allowDuplicates maxTags={60} value={names} onChange={(next) => onChange({ ...block, slides: slidesOf(block.label, next.map((stain) => stain.slice(0, 60))) })} />
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.histology.removeBlock', { label: block.label })} onClick={onRemove}><IconTrash size={18} /></ActionIcon>
    </Group>
  )
}

/** Blocks as they are cut, each with the slides made of it. */
function Blocks({ blocks, onChange }: { blocks: Block[]; onChange: (blocks: Block[]) => void }) {
  const t = useText()
  const slides = blocks.reduce((sum, block) => sum + block.slides.length, 0)
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={500}>{t('laboratory.histology.blocks')}</Text>
        <Text size="xs" c="dimmed">{t('laboratory.histology.counted', { blocks: String(blocks.length), slides: String(slides) })}</Text>
      </Group>
      {blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a block is renamed while it is typed
        <BlockRow key={index} block={block} onChange={(next) => onChange(blocks.map((one, at) => (at === index ? next : one)))} onRemove={() => onChange(blocks.filter((_one, at) => at !== index))} />
      ))}
      <Group><Button variant="default" size="xs" disabled={blocks.length >= mostBlocks} onClick={() => { const label = nextLabel(blocks); onChange([...blocks, { label, slides: slidesOf(label, ['H&E']) }]) }}>{t('laboratory.histology.addBlock')}</Button></Group>
    </Stack>
  )
}

/** What a report says so far, to go on from. */
export function histologyOf(result: Result): HistopathologyDetail {
  const before = histopathologyDetail.safeParse(result.detail)
  return before.success ? before.data : { blocks: [] }
}

export const isNamed = (detail: HistopathologyDetail): boolean => detail.blocks.every((block) => block.label.trim() !== '')

/** The sections of a structured histopathology report: gross, blocks with their slides, microscopy, diagnosis. */
export function HistologyFields({ detail, onChange: setDetail }: { detail: HistopathologyDetail; onChange: (detail: HistopathologyDetail) => void }) {
  const t = useText()
  const area = (key: 'gross' | 'microscopy' | 'diagnosis', max: number) => <Textarea label={t(`laboratory.histology.${key}`)} autosize minRows={2} maxLength={max} value={detail[key] ?? ''} onChange={(event) => setDetail({ ...detail, [key]: event.currentTarget.value })} />
  return (
    <Stack gap="sm">
      {area('gross', 4000)}
      <Blocks blocks={detail.blocks} onChange={(blocks) => setDetail({ ...detail, blocks })} />
      {area('microscopy', 8000)}
      {area('diagnosis', 2000)}
      <TextInput maw={220} label={t('laboratory.histology.stage')} maxLength={60} value={detail.stage ?? ''} onChange={(event) => setDetail({ ...detail, stage: event.currentTarget.value })} />
    </Stack>
  )
}

/** A histopathology report on the bench. */
export function HistologyForm({ result }: { result: Result }) {
  const t = useText()
  const [detail, setDetail] = useState(() => histologyOf(result))
  const save = useWrite(() => api.enterDetail({ params: { id: result.id }, ifMatch: result.version, body: { detail } }), { invalidate: touched, done: t('laboratory.entry.kept') })
  return (
    <Stack gap="sm">
      <HistologyFields detail={detail} onChange={setDetail} />
      <Group justify="end"><Button loading={save.isPending} disabled={!isNamed(detail)} onClick={() => save.mutate(undefined)}>{t('laboratory.entry.keep')}</Button></Group>
    </Stack>
  )
}
