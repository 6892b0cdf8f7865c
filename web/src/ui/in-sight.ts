import { useEffect, useRef, type RefObject } from 'react'

/** Brings what is chosen in a row that scrolls into sight: on a phone it may stand beyond the edge. */
export function useInSight<T extends HTMLElement>(chosen: string | undefined): RefObject<T | null> {
  const row = useRef<T>(null)
  useEffect(() => row.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [chosen])
  return row
}
