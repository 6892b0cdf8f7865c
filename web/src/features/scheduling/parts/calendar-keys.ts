import type { KeyboardEvent } from 'react'

const cellsIn = (root: HTMLElement) => [...root.querySelectorAll<HTMLElement>('[data-column]')]
const numberOf = (cell: HTMLElement, name: 'column' | 'at') => Number(cell.dataset[name] ?? 0)

/** Arrows: up and down inside a day, sideways to the nearest time of another day. */
export function moveInCalendar(event: KeyboardEvent<HTMLElement>): void {
  const cells = cellsIn(event.currentTarget)
  const here = cells.find((cell) => cell === event.target)
  if (here === undefined) return
  const column = numberOf(here, 'column')
  const at = numberOf(here, 'at')
  const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl'
  const forward = isRtl ? 'ArrowLeft' : 'ArrowRight'
  const backward = isRtl ? 'ArrowRight' : 'ArrowLeft'
  const own = cells.filter((cell) => numberOf(cell, 'column') === column)
  let next: HTMLElement | undefined
  if (event.key === 'ArrowDown') next = own[own.indexOf(here) + 1]
  else if (event.key === 'ArrowUp') next = own[own.indexOf(here) - 1]
  else if (event.key === 'Home') next = own[0]
  else if (event.key === 'End') next = own.at(-1)
  else if (event.key === forward || event.key === backward) next = nearest(cells, column, at, event.key === forward ? 1 : -1)
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function nearest(cells: HTMLElement[], column: number, at: number, step: 1 | -1): HTMLElement | undefined {
  const beyond = cells.filter((cell) => (numberOf(cell, 'column') - column) * step > 0)
  const columns = beyond.map((cell) => numberOf(cell, 'column'))
  const target = step === 1 ? Math.min(...columns) : Math.max(...columns)
  const own = beyond.filter((cell) => numberOf(cell, 'column') === target)
  return own.toSorted((a, b) => Math.abs(numberOf(a, 'at') - at) - Math.abs(numberOf(b, 'at') - at))[0]
}
