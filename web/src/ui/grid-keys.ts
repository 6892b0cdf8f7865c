import type { KeyboardEvent } from 'react'

const fieldsOf = (place: ParentNode): HTMLInputElement[] => [...place.querySelectorAll('input')].filter((field) => !['checkbox', 'radio', 'hidden'].includes(field.type) && !field.disabled && !field.readOnly)

function besides(field: HTMLInputElement, table: HTMLTableElement, step: 1 | -1): HTMLInputElement | undefined {
  const cell = field.closest('td')
  const rows = [...table.tBodies].flatMap((body) => [...body.rows])
  const from = rows.findIndex((row) => row.contains(field))
  const way = step === 1 ? rows.slice(from + 1) : rows.slice(0, Math.max(0, from)).toReversed()
  for (const row of way) {
    const other = row.cells[cell?.cellIndex ?? -1]
    const [found] = other === undefined ? [] : fieldsOf(other)
    if (found !== undefined) return found
  }
  return undefined
}

/** In a table of fields Enter goes to the next one, the arrows to the one above or below; an open list keeps its keys. */
export function moveInGrid(event: KeyboardEvent<HTMLTableElement>): void {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || event.ctrlKey || event.defaultPrevented || event.nativeEvent.isComposing || field.getAttribute('aria-haspopup') === 'listbox') return
  const fields = fieldsOf(event.currentTarget)
  const next = event.key === 'Enter' ? fields[fields.indexOf(field) + 1] : event.key === 'ArrowDown' ? besides(field, event.currentTarget, 1) : event.key === 'ArrowUp' ? besides(field, event.currentTarget, -1) : undefined
  if (next === undefined) return
  event.preventDefault()
  next.focus()
  next.select()
}
