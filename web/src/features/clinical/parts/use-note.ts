import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../kernel/api.ts'
import { useDraft } from '../../../kernel/draft.ts'
import { api, touched, type Note } from '../queries.ts'

export interface NoteWriting {
  text: string
  setText: (text: string) => void
  state: 'idle' | 'typing' | 'saving' | 'saved' | 'failed'
  /** What somebody else, or another tab, has written meanwhile. */
  theirs: Note | undefined
  keep: (mine: string) => Promise<void>
  flush: () => Promise<Note | undefined>
}

const pauseMs = 1000

interface Options {
  encounterId: string
  patientId: string
  note: Note | undefined
  templateId: string | undefined
}

/** Keeps a note as it is typed: first as a draft of the form, then in the note itself, with the version it was read in. */
export function useNote({ encounterId, patientId, note, templateId }: Options): NoteWriting {
  const client = useQueryClient()
  const draft = useDraft<{ text: string }>('clinical.note', encounterId, note === undefined)
  const saved = useRef(note)
  const [text, show] = useState(note?.text ?? '')
  const [state, setState] = useState<NoteWriting['state']>('idle')
  const [theirs, setTheirs] = useState<Note>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef(text)
  const queue = useRef<Promise<unknown>>(Promise.resolve())

  useEffect(() => {
    if (!draft.restored || latest.current !== '') return
    latest.current = draft.restored.text
    show(draft.restored.text)
  }, [draft.restored])
  useEffect(() => () => clearTimeout(timer.current), [])

  const write = async (): Promise<Note | undefined> => {
    const value = latest.current
    const before = saved.current
    if (value.trim() === '' || value === before?.text) return before
    setState('saving')
    try {
      const after = before === undefined ? await api.writeNote({ params: { id: encounterId }, body: { text: value, ...(templateId === undefined ? {} : { templateId }) } }) : await api.updateNote({ params: { id: before.id }, body: { text: value }, ifMatch: before.version })
      saved.current = after
      await draft.clear()
      setState('saved')
      if (before === undefined) for (const queryKey of touched(encounterId, patientId)) void client.invalidateQueries({ queryKey })
      return after
    } catch (error) {
      setState('failed')
      if (error instanceof ApiError && error.status === 412 && before !== undefined) setTheirs((await api.listNotes({ params: { id: encounterId } })).items.find((one) => one.id === before.id))
      return undefined
    }
  }
  const flush = () => {
    clearTimeout(timer.current)
    const next = queue.current.then(write)
    queue.current = next.catch(() => {})
    return next
  }
  const setText = (value: string) => {
    latest.current = value
    show(value)
    setState('typing')
    if (saved.current === undefined) draft.save({ text: value })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void flush(), pauseMs)
  }
  const keep = async (mine: string) => {
    saved.current = theirs
    setTheirs(undefined)
    setText(mine)
    await flush()
  }
  return { text, setText, state, theirs, keep, flush }
}
