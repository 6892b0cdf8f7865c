import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../kernel/api.ts'
import { useDraft } from '../../../kernel/draft.ts'
import { api, notesQuery, touched, type Note } from '../queries.ts'
import { useLeaving } from './use-leaving.ts'

export interface NoteWriting {
  text: string
  setText: (text: string, templateId?: string) => void
  state: 'idle' | 'typing' | 'saving' | 'saved' | 'failed'
  /** What somebody else, or another tab, has written meanwhile. */
  theirs: Note | undefined
  keep: (mine: string) => Promise<void>
  flush: () => Promise<Note | undefined>
  sign: () => Promise<Note>
}

const pauseMs = 1000
const retryMs = 5000
const isPassing = (error: unknown) => error instanceof ApiError && (error.status === 0 || error.status >= 500)
const isOutrun = (error: unknown) => error instanceof ApiError && (error.status === 412 || error.code === 'clinical.note_signed')

interface Options {
  encounterId: string
  patientId: string
  authorId: string
  /** The notes of the visit as last read. */
  notes: Note[]
}

/** The text as it stands, and the note it was made from, readable at any moment. */
function useKept(own: Note | undefined) {
  const saved = useRef(own)
  const latest = useRef(own?.text ?? '')
  const [text, show] = useState(own?.text ?? '')
  const isDirty = () => latest.current.trim() !== '' && latest.current !== (saved.current?.text ?? '')
  const display = (value: string) => {
    latest.current = value
    show(value)
  }
  const rebase = (note: Note | undefined) => {
    saved.current = note
  }
  return { text, display, rebase, isDirty, base: () => saved.current, typed: () => latest.current }
}

/** A draft beside the note, for what could not be put into the note itself. */
function useReserve(encounterId: string) {
  const draft = useDraft<{ text: string }>('clinical.note', encounterId)
  const isFilled = useRef(false)
  useEffect(() => {
    isFilled.current ||= Boolean(draft.restored)
  }, [draft.restored])
  const save = (text: string) => {
    isFilled.current = true
    draft.save({ text })
  }
  const clear = async () => {
    if (isFilled.current) await draft.clear()
    isFilled.current = false
  }
  return { restored: draft.restored?.text ?? '', save, clear }
}

/** Keeps a note as it is typed: first as a draft of the form, then in the note itself, with the version it was read in. */
export function useNote({ encounterId, patientId, authorId, notes }: Options): NoteWriting {
  const client = useQueryClient()
  const isOwnDraft = (one: Note) => one.state === 'draft' && one.authorId === authorId
  const own = notes.find(isOwnDraft)
  const { text, display, rebase, isDirty, base, typed } = useKept(own)
  const reserve = useReserve(encounterId)
  const [state, setState] = useState<NoteWriting['state']>('idle')
  const [theirs, setTheirs] = useState<Note>()
  const isDisputed = useRef(false)
  const isTouched = useRef(false)
  const templateId = useRef<string>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const failure = useRef<unknown>(undefined)
  const queue = useRef<Promise<unknown>>(Promise.resolve())

  const dispute = (other: Note | undefined) => {
    isDisputed.current = other !== undefined
    setTheirs(other)
  }
  const refresh = () => {
    for (const queryKey of touched(encounterId, patientId)) void client.invalidateQueries({ queryKey })
  }
  const remember = (after: Note) => {
    client.setQueryData(notesQuery(encounterId).queryKey, (known) => known && { ...known, items: known.items.some((one) => one.id === after.id) ? known.items.map((one) => (one.id === after.id ? after : one)) : [...known.items, after] })
  }
  const ask = async () => (await api.listNotes({ params: { id: encounterId } })).items
  const disputeNow = async (id: string) => dispute((await ask().catch(() => [])).find((one) => one.id === id))
  const send = async (value: string, before: Note | undefined): Promise<Note> => {
    if (before !== undefined) return api.updateNote({ params: { id: before.id }, body: { text: value }, ifMatch: before.version })
    const other = (await ask()).find(isOwnDraft)
    if (other === undefined) return api.writeNote({ params: { id: encounterId }, body: { text: value, ...(templateId.current === undefined ? {} : { templateId: templateId.current }) } })
    dispute(other)
    throw new ApiError(412, { code: 'kernel.stale_version' })
  }
  const settle = async (after: Note) => {
    const isFirst = base() === undefined
    rebase(after)
    remember(after)
    await reserve.clear()
    setState(isDirty() ? 'typing' : 'saved')
    if (isFirst) refresh()
  }
  const fail = async (error: unknown, value: string, before: Note | undefined) => {
    failure.current = error
    setState('failed')
    reserve.save(value)
    if (isOutrun(error) && before !== undefined) await disputeNow(before.id)
    if (isPassing(error)) timer.current = setTimeout(() => void flush(), retryMs)
  }
  const write = async (): Promise<Note | undefined> => {
    const before = base()
    const value = typed()
    if (isDisputed.current) return undefined
    if (!isDirty() || !isTouched.current) {
      setState(before === undefined || value.trim() === '' ? 'idle' : 'saved')
      return before
    }
    setState('saving')
    try {
      const after = await send(value, before)
      await settle(after)
      return after
    } catch (error) {
      await fail(error, value, before)
      return undefined
    }
  }
  const flush = () => {
    clearTimeout(timer.current)
    const next = queue.current.then(write)
    queue.current = next.catch(() => {})
    return next
  }
  const setText = (value: string, template?: string) => {
    display(value)
    isTouched.current = true
    templateId.current = template ?? templateId.current
    if (base() === undefined || isDisputed.current) reserve.save(value)
    if (isDisputed.current) return
    setState('typing')
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void flush(), pauseMs)
  }
  const keep = async (mine: string) => {
    const isOver = theirs?.state !== 'draft'
    rebase(isOver ? undefined : theirs)
    dispute(undefined)
    await reserve.clear()
    setText(isOver && mine === theirs?.text ? '' : mine)
    await flush()
    refresh()
  }
  const sign = async () => {
    isTouched.current = true
    const kept = await flush()
    if (kept === undefined) throw failure.current
    try {
      const signed = await api.signNote({ params: { id: kept.id }, body: {}, ifMatch: kept.version })
      remember(signed)
      return signed
    } catch (error) {
      if (isOutrun(error)) await disputeNow(kept.id)
      throw error
    }
  }

  useEffect(() => {
    if (reserve.restored === '' || isDirty() || reserve.restored === base()?.text) return
    display(reserve.restored)
    dispute(base())
  }, [reserve.restored])
  // Another tab wrote on while nothing unsaved stood here: its text is simply taken.
  useEffect(() => {
    if (isDirty()) return
    const before = base()
    const now = before === undefined ? own : notes.find((one) => one.id === before.id)
    if (now === undefined || (before !== undefined && now.version <= before.version)) return
    rebase(now.state === 'draft' ? now : undefined)
    display(base()?.text ?? '')
  }, [notes])
  useLeaving(() => isTouched.current && isDirty(), flush)
  return { text, setText, state, theirs, keep, flush, sign }
}
