import { useState, type KeyboardEvent } from 'react'
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core'
import { IconArrowsSplit } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, notesQuery, templatesQuery, touched, type Note } from '../queries.ts'
import { useNote, type NoteWriting } from './use-note.ts'

/** Ctrl+Enter keeps what is typed, as in every form. */
const onSend = (send: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  send()
}

function Conflict({ writing }: { writing: NoteWriting }) {
  const t = useText()
  const { theirs } = writing
  if (theirs === undefined) return null
  const pre = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const
  return (
    <Alert variant="outline" color="gray" icon={<IconArrowsSplit aria-hidden />} role="alert" title={t('clinical.note.conflict')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Stack gap="xs">
          <Text size="sm" fw={600}>{t('clinical.note.theirs')}</Text>
          <Text size="sm" style={pre}>{theirs.text}</Text>
          <Button size="xs" variant="default" onClick={() => void writing.keep(theirs.text)}>{t('clinical.note.takeTheirs')}</Button>
        </Stack>
        <Stack gap="xs">
          <Text size="sm" fw={600}>{t('clinical.note.mine')}</Text>
          <Text size="sm" style={pre}>{writing.text}</Text>
          <Button size="xs" onClick={() => void writing.keep(writing.text)}>{t('clinical.note.keepMine')}</Button>
        </Stack>
      </SimpleGrid>
    </Alert>
  )
}

interface EditorProps {
  encounter: Encounter
  notes: Note[]
  onSigned: () => void
}

function Editor({ encounter, notes, onSigned }: EditorProps) {
  const t = useText()
  const { me } = useAuth()
  const [templateId, setTemplate] = useState<string>()
  const templates = useQuery(templatesQuery(encounter.system))
  const writing = useNote({ encounterId: encounter.id, patientId: encounter.patientId, authorId: me.user.id, notes })
  const choose = (id: string | null) => {
    const template = templates.data?.items.find((one) => one.id === id)
    if (template === undefined) return
    setTemplate(template.id)
    const sections = template.sections.map((section) => `${t(`clinical.section.${section}`)}:\n`).join('\n')
    writing.setText([writing.text.trimEnd(), sections].filter(Boolean).join('\n\n'), template.id)
  }
  const isSignable = writing.text.trim() !== '' && writing.theirs === undefined
  return (
    <Stack gap="xs">
      <Conflict writing={writing} />
      {notes.some((note) => note.state === 'draft' && note.authorId === me.user.id) ? null : <Select size="sm" w={240} aria-label={t('clinical.note.template')} placeholder={t('clinical.note.template')} data={(templates.data?.items ?? []).map((one) => ({ value: one.id, label: t(`clinical.template.${one.name}`) }))} value={templateId ?? null} onChange={choose} />}
      <Textarea
        aria-label={t('clinical.note.title')} placeholder={t('clinical.note.placeholder')} autosize minRows={6} maxRows={24} maxLength={20_000}
        value={writing.text} onChange={(event) => writing.setText(event.currentTarget.value)} onBlur={() => void writing.flush()} onKeyDown={onSend(() => void writing.flush())}
      />
      <Group justify="space-between">
        <Text size="xs" c="dimmed" role="status">{writing.state === 'idle' ? '' : t(`clinical.note.state.${writing.state}`)}</Text>
        <LifecycleButtons
          key={String(writing.theirs === undefined)} actions={isSignable ? ['sign'] : []} invalidate={touched(encounter.id, encounter.patientId)}
          steps={[{ step: 'sign', label: t('clinical.note.sign'), isPrimary: true, confirm: t('clinical.note.signConfirm'), run: () => writing.sign().then(onSigned) }]}
        />
      </Group>
    </Stack>
  )
}

function Addendum({ note, encounter }: { note: Note; encounter: Encounter }) {
  const t = useText()
  const [text, setText] = useState<string>()
  const add = useWrite(() => api.addAddendum({ params: { id: note.id }, body: { text: text ?? '' } }), { invalidate: touched(encounter.id, encounter.patientId), onDone: () => setText(undefined) })
  if (text === undefined) return <Button size="compact-xs" variant="subtle" style={{ alignSelf: 'start' }} onClick={() => setText('')}>{t('clinical.note.addendum')}</Button>
  return (
    <Stack gap={4}>
      <Textarea autoFocus autosize minRows={2} maxLength={20_000} aria-label={t('clinical.note.addendum')} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onSend(() => text.trim() !== '' && !add.isPending && add.mutate(undefined))} />
      <Group gap="xs" justify="end">
        <Button size="xs" variant="default" onClick={() => setText(undefined)}>{t('common.cancel')}</Button>
        <Button size="xs" loading={add.isPending} disabled={text.trim() === ''} onClick={() => add.mutate(undefined)}>{t('clinical.note.addAddendum')}</Button>
      </Group>
    </Stack>
  )
}

function Written({ note, encounter }: { note: Note; encounter: Encounter }) {
  const t = useText()
  const { can } = useAuth()
  return (
    <Stack gap={4} py="xs" style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group gap="xs">
        <StateBadge label={t(note.addendumTo === null ? `clinical.noteState.${note.state}` : 'clinical.note.addendum')} tone={note.state === 'signed' ? 'good' : 'neutral'} />
        <Text size="xs" c="dimmed">{note.authorName} · <When at={note.signedAt ?? note.createdAt} /></Text>
      </Group>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{note.text}</Text>
      {note.state === 'signed' && note.addendumTo === null && can('clinical.notes', encounter.facilityId) ? <Addendum note={note} encounter={encounter} /> : null}
    </Stack>
  )
}

function Notes({ encounter, notes }: { encounter: Encounter; notes: Note[] }) {
  const t = useText()
  const { can, me } = useAuth()
  const own = notes.filter((note) => note.authorId === me.user.id && note.addendumTo === null)
  const mine = own.find((note) => note.state === 'draft')
  const [isWriting, setWriting] = useState(mine !== undefined || !own.some((note) => note.state === 'signed'))
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  const isWritable = isOpen && can('clinical.notes', encounter.facilityId)
  const written = notes.filter((note) => note.state !== 'entered-in-error' && !(note === mine && isWritable && isWriting))
  return (
    <Stack gap="sm">
      {written.map((note) => <Written key={note.id} note={note} encounter={encounter} />)}
      {isWritable && isWriting ? <Editor encounter={encounter} notes={notes} onSigned={() => setWriting(false)} /> : null}
      {isWritable && !isWriting ? <Group><Button size="compact-sm" variant="subtle" onClick={() => setWriting(true)}>{t('clinical.note.another')}</Button></Group> : null}
      {!isWritable && written.length === 0 ? <Text size="sm" c="dimmed">{t('clinical.note.empty')}</Text> : null}
    </Stack>
  )
}

/** The note of the visit: typed here, kept as one types, signed once. */
export function NotePanel({ encounter }: { encounter: Encounter }) {
  const query = useQuery(notesQuery(encounter.id))
  return (
    <Loaded query={query} rows={4}>
      {({ items }) => <Notes encounter={encounter} notes={items} />}
    </Loaded>
  )
}
