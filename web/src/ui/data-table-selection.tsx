import { Checkbox } from '@mantine/core'
import { useText } from '../kernel/i18n.ts'

export interface Selection<Row> {
  rows: readonly Row[]
  onChange: (rows: Row[]) => void
  /** What a row's box is called. */
  label: (row: Row) => string
}

interface PickProps<Row> {
  selection: Selection<Row>
  rowId: (row: Row) => string
}

/** The box of a row. */
export function PickOne<Row>({ selection, row, rowId }: PickProps<Row> & { row: Row }) {
  const isChosen = selection.rows.some((one) => rowId(one) === rowId(row))
  const toggle = () => selection.onChange(isChosen ? selection.rows.filter((one) => rowId(one) !== rowId(row)) : [...selection.rows, row])
  return <Checkbox size="xs" aria-label={selection.label(row)} checked={isChosen} onChange={toggle} />
}

/** The box of the page: all of its rows or none of them. */
export function PickAll<Row>({ selection, rows, rowId }: PickProps<Row> & { rows: readonly Row[] }) {
  const t = useText()
  const chosen = new Set(selection.rows.map(rowId))
  const here = rows.filter((row) => chosen.has(rowId(row))).length
  const others = selection.rows.filter((one) => !rows.some((row) => rowId(row) === rowId(one)))
  return <Checkbox size="xs" aria-label={t('table.chooseAll')} checked={rows.length > 0 && here === rows.length} indeterminate={here > 0 && here < rows.length} onChange={() => selection.onChange(here === rows.length ? others : [...others, ...rows])} />
}
