import { useLayoutEffect, useRef, useState } from 'react'
import { ActionIcon, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload, IconPlayerStop } from '@tabler/icons-react'
import { ApiError } from '../kernel/api.ts'
import { errorText, useText } from '../kernel/i18n.ts'
import { download, toCsv } from './csv.ts'
import type { Column, PageRequest } from './data-table.tsx'

const atOnce = 200
/** More than a spreadsheet is comfortable with is cut, and said. */
const most = 100_000
const pauseMs = 5000

interface SaveProps<Row> {
  name: string
  columns: readonly Column<Row>[]
  load: (request: PageRequest) => Promise<{ items: Row[]; nextCursor: string | null }>
  sort: string | undefined
  label: string
}

interface Chunk<Row> {
  rows: readonly Row[]
  read: (texts: string[][]) => void
}

/** Cells drawn out of sight: what a column shows is what its file says, unless it says how itself. */
function Unseen<Row>({ chunk, columns }: { chunk: Chunk<Row>; columns: readonly Column<Row>[] }) {
  const frame = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const lines = [...(frame.current?.children ?? [])]
    chunk.read(chunk.rows.map((row, at) => columns.map((column, place) => column.csv?.(row) ?? lines[at]?.children[place]?.textContent ?? '')))
  }, [chunk])
  return <div ref={frame} hidden>{chunk.rows.map((row, at) => <div key={at}>{columns.map((column) => <span key={column.key}>{column.csv === undefined ? column.render(row) : null}</span>)}</div>)}</div>
}

async function patiently<Row>(load: SaveProps<Row>['load'], request: PageRequest): ReturnType<SaveProps<Row>['load']> {
  for (;;) {
    try {
      return await load(request)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429) throw error
      await new Promise((done) => setTimeout(done, pauseMs))
      request.signal.throwIfAborted()
    }
  }
}

/** Saves the whole list as CSV, all pages of it as they are filtered and sorted; pressed again it stops. */
export function SaveList<Row>({ name, columns, load, sort, label }: SaveProps<Row>) {
  const t = useText()
  const [chunk, setChunk] = useState<Chunk<Row>>()
  const [count, setCount] = useState(0)
  const run = useRef<AbortController>(undefined)
  const gather = async (signal: AbortSignal) => {
    const lines: string[][] = []
    let cursor: string | undefined
    do {
      const page = await patiently(load, { cursor, limit: atOnce, sort, signal })
      signal.throwIfAborted()
      lines.push(...(await new Promise<string[][]>((read) => setChunk({ rows: page.items, read }))))
      setCount(lines.length)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && lines.length < most)
    download(`${name}.csv`, toCsv([columns.map((column) => column.label), ...lines]))
    if (cursor !== undefined) notifications.show({ message: t('table.cut', { count: lines.length }), autoClose: false })
  }
  const press = () => {
    if (run.current !== undefined) return run.current.abort()
    const controller = new AbortController()
    run.current = controller
    void gather(controller.signal)
      .catch((error: unknown) => (controller.signal.aborted ? undefined : notifications.show({ color: 'red', title: t('errors.title'), message: errorText(t, error) })))
      .finally(() => {
        run.current = undefined
        setChunk(undefined)
        setCount(0)
      })
  }
  const isRunning = chunk !== undefined
  return (
    <>
      {isRunning && count > atOnce ? <Text size="xs" c="dimmed" role="status" className="figures">{t('table.rows', { count })}</Text> : null}
      <Tooltip label={isRunning ? t('table.stop') : label}>
        <ActionIcon variant="subtle" aria-label={isRunning ? t('table.stop') : label} onClick={press}>{isRunning ? <IconPlayerStop size={18} /> : <IconDownload size={18} />}</ActionIcon>
      </Tooltip>
      {chunk === undefined ? null : <Unseen chunk={chunk} columns={columns} />}
    </>
  )
}
