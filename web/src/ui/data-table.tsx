import { cloneElement, isValidElement, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Button, Group, Select, Stack } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useText } from '../kernel/i18n.ts'
import { useGo, useSearchParam } from '../kernel/routing.tsx'
import { ColumnChoice, useHiddenColumns } from './data-table-columns.tsx'
import { SaveList } from './data-table-save.tsx'
import { PickAll, PickOne, type Selection } from './data-table-selection.tsx'
import { Empty, Failed, Loading } from './states.tsx'
import styles from './data-table.module.css'

export interface Column<Row> {
  key: string
  label: string
  render: (row: Row) => ReactNode
  align?: 'end'
  /** Whole sentences: the column stays wide enough to read them. */
  isProse?: true
  /** The field the server sorts by. */
  sort?: string
  /** What its file says where that is not what it shows. */
  csv?: (row: Row) => string
  isHidden?: boolean
}

export interface PageRequest {
  cursor: string | undefined
  limit: number
  sort: string | undefined
  signal: AbortSignal
}

export interface DataTableProps<Row> {
  name: string
  queryKey: QueryKey
  load: (request: PageRequest) => Promise<{ items: Row[]; nextCursor: string | null }>
  columns: Column<Row>[]
  rowId: (row: Row) => string
  rowPath?: (row: Row) => string
  onOpen?: (row: Row) => void
  rowMenu?: (row: Row) => ReactNode
  /** Rows can be chosen, over several pages too; what is done with them is the caller's. */
  selection?: Selection<Row>
  toolbar?: ReactNode
  empty: { title: string; hint?: string; action?: ReactNode }
  defaultSort?: string
  refetchMs?: number
  /** A list whose whole is saved by a permission of its own: here the page only. */
  saves?: 'page'
}

/** A list that ends on its first page needs no pager. */
const fewRows = 25

/** Arrows move between rows, Enter opens. */
function moveRow(event: KeyboardEvent<HTMLTableRowElement>, open: (() => void) | undefined): void {
  if (event.target !== event.currentTarget) return
  const row = event.currentTarget
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : event.key === 'ArrowUp' ? row.previousElementSibling : undefined
  if (next instanceof HTMLElement) {
    event.preventDefault()
    next.focus()
  } else if (event.key === 'Enter') open?.()
}

function SortHead({ column, sort, setSort }: { column: { label: string; sort?: string }; sort: string | undefined; setSort: (sort: string) => void }) {
  const field = column.sort
  if (field === undefined) return <>{column.label}</>
  const Arrow = sort === field ? IconArrowUp : IconArrowDown
  return (
    <button type="button" className={styles.sort} onClick={() => setSort(sort === `-${field}` ? field : `-${field}`)}>
      {column.label}
      {sort === field || sort === `-${field}` ? <Arrow size={12} aria-hidden /> : null}
    </button>
  )
}

const ariaSort = (sort: string | undefined, field: string | undefined) => (field === undefined || sort === undefined || sort.replace(/^-/, '') !== field ? undefined : sort.startsWith('-') ? 'descending' : 'ascending')

const codes = /([A-Z0-9]+(?:-[A-Z0-9]+)+)/

/** Numbers and codes are read as one: no line ends at their hyphens. */
function unbroken(shown: ReactNode): ReactNode {
  if (typeof shown === 'string') return codes.test(shown) ? shown.split(codes).map((part, index) => (index % 2 === 1 ? <span key={index} className="whole">{part}</span> : part)) : shown
  return isValidElement<{ children?: ReactNode }>(shown) && shown.type === 'bdi' ? cloneElement(shown, undefined, unbroken(shown.props.children)) : shown
}

const classOf = (column: { align?: 'end'; isProse?: true }, place: number) => [column.align === 'end' ? styles.end : column.isProse === true ? styles.prose : '', place === 0 ? styles.title : ''].join(' ').trim() || undefined

type BodyProps<Row> = Pick<DataTableProps<Row>, 'columns' | 'rowId' | 'rowPath' | 'onOpen' | 'rowMenu' | 'selection'> & { rows: Row[] }

function Rows<Row>({ rows, columns, rowId, rowPath, onOpen, rowMenu, selection }: BodyProps<Row>) {
  const go = useGo()
  const openerOf = (row: Row) => (onOpen ? () => onOpen(row) : rowPath ? () => go(rowPath(row)) : undefined)
  const isLink = (target: EventTarget) => target instanceof Element && target.closest('a, button, input, [role=menu]') !== null
  return (
    <tbody>
      {rows.map((row, index) => {
        const open = openerOf(row)
        return (
          <tr key={rowId(row)} className={styles.row} tabIndex={index === 0 ? 0 : -1} data-opens={open === undefined ? undefined : true} onClick={(event) => (isLink(event.target) ? undefined : open?.())} onKeyDown={(event) => moveRow(event, open)}>
            {selection === undefined ? null : <td className={styles.pick}><PickOne selection={selection} row={row} rowId={rowId} /></td>}
            {columns.map((column, place) => (
              <td key={column.key} className={classOf(column, place)} data-label={place === 0 || column.label === '' ? undefined : column.label}>
                {unbroken(column.render(row))}
              </td>
            ))}
            {rowMenu === undefined ? null : <td className={`${styles.end} ${styles.menu}`}>{rowMenu(row)}</td>}
          </tr>
        )
      })}
    </tbody>
  )
}

/** Two lists of one page share its address: a cursor says whose it is. */
function usePaging(name: string) {
  const [param] = useSearchParam('cursor')
  const cursor = param?.startsWith(`${name}~`) === true ? param.slice(name.length + 1) : undefined
  const navigate = useNavigate()
  const [trail, setTrail] = useState<(string | undefined)[]>([])
  const to = (next: string | undefined) => void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, cursor: next === undefined ? undefined : `${name}~${next}` }), replace: true })
  const forward = (next: string) => {
    setTrail([...trail, cursor])
    to(next)
  }
  const back = () => {
    to(trail.at(-1))
    setTrail(trail.slice(0, -1))
  }
  return { cursor, forward, back }
}

/** A list: its page, order and filters are in the URL. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { name, columns, load, queryKey, empty } = props
  const t = useText()
  const { cursor, forward, back } = usePaging(name)
  const [sortParam, setSort] = useSearchParam('sort')
  const [limitParam, setLimit] = useSearchParam('limit')
  const hidden = useHiddenColumns(name, columns)
  const isSortable = columns.some((column) => column.sort !== undefined && column.sort === sortParam?.replace(/^-/, ''))
  const sort = isSortable ? sortParam : props.defaultSort
  const limit = Math.min(Number(limitParam ?? 25) || 25, 200)
  const query = useQuery({ queryKey: [...queryKey, { cursor, sort, limit }], queryFn: ({ signal }) => load({ cursor, limit, sort, signal }), placeholderData: keepPreviousData, ...(props.refetchMs === undefined ? {} : { refetchInterval: props.refetchMs }) })
  const shown = columns.filter((column) => !hidden.keys.includes(column.key))
  const rows = query.data?.items ?? []
  const next = query.data?.nextCursor ?? undefined
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs" className="no-print">
        <Group gap="xs" flex={1} miw={0}>
          {props.toolbar}
        </Group>
        {rows.length === 0 ? null : <Group gap={4}>
          <ColumnChoice columns={columns} hidden={hidden} />
          <SaveList name={name} columns={shown} sort={sort} label={t(props.saves === 'page' ? 'table.csvPage' : 'table.csv')} load={props.saves === 'page' ? async () => ({ items: rows, nextCursor: null }) : load} />
        </Group>}
      </Group>
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Loading rows={8} /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty {...empty} /> : null}
      {rows.length === 0 ? null : (
        <div className={styles.frame} tabIndex={-1}>
          <table className={styles.table} aria-busy={query.isFetching}>
            <thead>
              <tr>
                {props.selection === undefined ? null : <th scope="col" className={styles.pick}><PickAll selection={props.selection} rows={rows} rowId={props.rowId} /></th>}
                {shown.map((column) => (
                  <th key={column.key} scope="col" className={column.align === 'end' ? styles.end : undefined} aria-sort={ariaSort(sort, column.sort)}>
                    <SortHead column={column} sort={sort} setSort={setSort} />
                  </th>
                ))}
                {props.rowMenu === undefined ? null : <th scope="col" aria-label={t('common.actions')} />}
              </tr>
            </thead>
            <Rows {...props} columns={shown} rows={rows} />
          </table>
        </div>
      )}
      {rows.length < fewRows && cursor === undefined && next === undefined ? null : <Group justify="space-between" className="no-print" gap="xs">
        <Select size="xs" w={120} aria-label={t('table.limit')} data={['25', '50', '100', '200'].map((value) => ({ value, label: t('table.rows', { count: Number(value) }) }))} value={String(limit)} onChange={(value) => setLimit(value ?? undefined)} />
        <Group gap="xs">
          <Button size="xs" variant="default" disabled={cursor === undefined} leftSection={<IconChevronLeft size={14} className="flip" />} onClick={back}>
            {t('table.previous')}
          </Button>
          <Button size="xs" variant="default" disabled={next === undefined} rightSection={<IconChevronRight size={14} className="flip" />} onClick={() => next !== undefined && forward(next)}>
            {t('table.next')}
          </Button>
        </Group>
      </Group>}
    </Stack>
  )
}
