import { Stack, Table, Text } from '@mantine/core'
import { type CultureDetail, cultureDetail, type HistopathologyDetail, histopathologyDetail } from '#contract/laboratory-flow.ts'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Result } from '../queries.ts'

const tones = { S: 'good', I: 'warn', R: 'bad' } as const

function Words({ label, text }: { label: string; text: string | undefined }) {
  if (text === undefined || text === '') return null
  return <div><Text size="xs" c="dimmed">{label}</Text><Text size="sm" style={{ whiteSpace: 'pre-wrap' }}><bdi>{text}</bdi></Text></div>
}

function Isolate({ isolate }: { isolate: CultureDetail['isolates'][number] }) {
  const t = useText()
  const name = [isolate.organism, isolate.quantity].filter(Boolean).join(' · ')
  return (
    <div>
      <Text size="sm" fw={600} fs="italic"><bdi>{name}</bdi></Text>
      {isolate.susceptibilities.length === 0 ? null : (
        <Table aria-label={name} verticalSpacing={4} maw={520}>
          <Table.Thead><Table.Tr><Table.Th>{t('laboratory.culture.antibiotic')}</Table.Th><Table.Th ta="end">{t('laboratory.result')}</Table.Th><Table.Th>{t('laboratory.culture.read')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {isolate.susceptibilities.map((one) => (
              <Table.Tr key={one.antibiotic}>
                <Table.Td>{one.antibiotic}</Table.Td>
                <Table.Td ta="end" className="figures whole"><bdi dir="ltr">{(one.value ?? '') === '' ? '–' : `${one.value} ${one.method === 'mic' ? 'mg/L' : 'mm'}`}</bdi></Table.Td>
                <Table.Td><StateBadge label={`${one.interpretation} · ${t(`laboratory.sir.${one.interpretation}`)}`} tone={tones[one.interpretation]} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </div>
  )
}

function Culture({ detail }: { detail: CultureDetail }) {
  const t = useText()
  return (
    <Stack gap="sm">
      <Words label={t('laboratory.culture.stage')} text={t(`laboratory.culture.stage.${detail.stage}`)} />
      <Words label={t('laboratory.culture.stage.gram')} text={detail.gram} />
      <Words label={t('laboratory.culture.growth')} text={detail.growth} />
      {detail.isolates.map((isolate) => <Isolate key={isolate.organism} isolate={isolate} />)}
    </Stack>
  )
}

function Histology({ detail }: { detail: HistopathologyDetail }) {
  const t = useText()
  const slides = detail.blocks.reduce((sum, block) => sum + block.slides.length, 0)
  return (
    <Stack gap="sm">
      <Words label={t('laboratory.histology.diagnosis')} text={detail.diagnosis} />
      <Words label={t('laboratory.histology.stage')} text={detail.stage} />
      <Words label={t('laboratory.histology.gross')} text={detail.gross} />
      <Words label={t('laboratory.histology.microscopy')} text={detail.microscopy} />
      {detail.blocks.length === 0 ? null : <Words label={t('laboratory.histology.blocks')} text={`${t('laboratory.histology.counted', { blocks: String(detail.blocks.length), slides: String(slides) })}\n${detail.blocks.map((block) => [block.label, block.tissue, block.slides.map((slide) => slide.stain).join(', ')].filter(Boolean).join(' · ')).join('\n')}`} />}
    </Stack>
  )
}

/** Whether a result says more than its one line. */
export const hasDetail = (result: Pick<Result, 'detail' | 'valueKind'>): boolean => (result.valueKind === 'culture' || result.valueKind === 'histopathology') && Object.keys(result.detail).length > 0

/** A culture with its antibiogram, or a histopathology report, as it is read; the server has left out what the reader may not see. */
export function DetailView({ result }: { result: Pick<Result, 'detail' | 'valueKind'> }) {
  const culture = cultureDetail.safeParse(result.detail)
  if (result.valueKind === 'culture') return culture.success ? <Culture detail={culture.data} /> : null
  const histology = histopathologyDetail.safeParse(result.detail)
  return result.valueKind === 'histopathology' && histology.success ? <Histology detail={histology.data} /> : null
}
