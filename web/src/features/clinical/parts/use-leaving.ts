import { useEffect, useRef } from 'react'

/** Sends what is not sent yet when the reader goes elsewhere, and asks before the tab closes on it. */
export function useLeaving(isDirty: () => boolean, send: () => unknown): void {
  const latest = useRef({ isDirty, send })
  useEffect(() => {
    latest.current = { isDirty, send }
  })
  useEffect(() => {
    const sendRest = () => {
      if (latest.current.isDirty()) latest.current.send()
    }
    const onHide = () => {
      if (document.visibilityState === 'hidden') sendRest()
    }
    const onUnload = (event: BeforeUnloadEvent) => {
      if (latest.current.isDirty()) event.preventDefault()
    }
    document.addEventListener('visibilitychange', onHide)
    window.addEventListener('beforeunload', onUnload)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      window.removeEventListener('beforeunload', onUnload)
      sendRest()
    }
  }, [])
}
