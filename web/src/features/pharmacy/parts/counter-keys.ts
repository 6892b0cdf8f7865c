import { type RefObject, useEffect, useRef } from 'react'

const hasDialog = (): boolean => document.querySelector('[role="dialog"]') !== null

function enter(place: ParentNode | null): boolean {
  const field = place?.querySelector('input')
  field?.focus()
  field?.select()
  return field !== null && field !== undefined
}

interface Places {
  scan: RefObject<HTMLElement | null>
  till: RefObject<HTMLFormElement | null>
}

/** F2 goes to the scan, F8 to the payment, as soon as there is one; Ctrl and Enter sell from wherever one stands. */
export function useCounterKeys({ scan, till }: Places): void {
  const wantsToPay = useRef(false)
  useEffect(() => {
    if (wantsToPay.current && till.current !== null) wantsToPay.current = !enter(till.current)
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isSell = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
      if (hasDialog() || event.isComposing || (!isSell && (event.ctrlKey || event.altKey || event.metaKey || !['F2', 'F8'].includes(event.key)))) return
      event.preventDefault()
      event.stopPropagation()
      if (isSell) till.current?.requestSubmit()
      else if (event.key === 'F8') wantsToPay.current = !enter(till.current)
      else {
        wantsToPay.current = false
        enter(scan.current)
      }
    }
    // Before any field takes the key for itself.
    document.addEventListener('keydown', press, true)
    return () => document.removeEventListener('keydown', press, true)
  }, [scan, till])
}
