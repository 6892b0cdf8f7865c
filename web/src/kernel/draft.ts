import { useEffect, useRef, useState } from 'react'
import { ApiError, send } from './api.ts'

export interface Draft<T> {
  /** What was typed before; null when nothing, undefined while asking. */
  restored: T | null | undefined
  save: (content: T) => void
  clear: () => Promise<void>
}

const debounceMs = 1000
const pathOf = (form: string, subject: string) => `/drafts/${encodeURIComponent(form)}/${encodeURIComponent(subject)}`

async function readDraft<T>(form: string, subject: string): Promise<T | null> {
  try {
    const response = await send('GET', pathOf(form, subject))
    if (response.status === 204) return null
    const answer: { content: T | null } = await response.json()
    return answer.content ?? null
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}

const writeDraft = (form: string, subject: string, content: unknown) => send('PUT', pathOf(form, subject), { body: { content } }).then(() => undefined, () => undefined)

const flushes = new Set<() => Promise<void>>()

/** Sends what was typed and still waits; before somebody else goes on at this computer. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...flushes].map((flush) => flush()))
}

/** Keeps what is typed on the server, never in the browser's storage. */
export function useDraft<T>(form: string, subject: string, isEnabled = true): Draft<T> {
  const [restored, setRestored] = useState<T | null | undefined>(isEnabled ? undefined : null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const pending = useRef<T | undefined>(undefined)
  const sent = useRef<Promise<void>>(Promise.resolve())
  // One after another: what was typed last is what stays, and who waits for it waits for what is on its way too.
  const write = (content: T | null): Promise<void> => (sent.current = sent.current.then(() => writeDraft(form, subject, content)))

  useEffect(() => {
    if (!isEnabled) return
    let isCurrent = true
    void readDraft<T>(form, subject).then((content) => isCurrent && setRestored(content))
    const flush = () => {
      clearTimeout(timer.current)
      const waiting = pending.current
      pending.current = undefined
      return waiting === undefined ? sent.current : write(waiting)
    }
    flushes.add(flush)
    return () => {
      isCurrent = false
      flushes.delete(flush)
      void flush()
    }
  }, [form, subject, isEnabled])

  const save = (content: T) => {
    if (!isEnabled) return
    clearTimeout(timer.current)
    pending.current = content
    timer.current = setTimeout(() => {
      pending.current = undefined
      void write(content)
    }, debounceMs)
  }
  const clear = async () => {
    clearTimeout(timer.current)
    pending.current = undefined
    if (isEnabled) await write(null)
  }
  return { restored, save, clear }
}
