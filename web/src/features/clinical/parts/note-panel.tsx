import { useState } from 'react'
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core'
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

function Conflict({ writing }: { writing: NoteWriting }) {
  const t = useText()
  const { theirs } = writing
  if (theirs === undefined) return null
  const pre = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const
  return (
    <Alert variant="outline" color="red" title={t('clinical.note.conflict')}>
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

function Editor({ encounter, note }: { encounter: Encounter; note: Note | undefined }) {
  const t = useText()
  const [templateId, setTemplate] = useState<string>()
  const templates = useQuery(templatesQuery(encounter.system))
  const writing = useNote({ encounterId: encounter.id, patientId: encounter.patientId, note, templateId })
  const sign = useWrite(
    async () => {
      const kept = await writing.flush()
      return kept === undefined ? undefined : api.signNote({ params: { id: kept.id }, body: {}, ifMatch: kept.version })
    },
    { invalidate: touched(encounter.id, encounter.patientId) },
  )
  const choose = (id: string | null) => {
    const template = templates.data?.items.find((one) => one.id === id)
    if (template === undefined) return
    setTemplate(template.id)
    if (writing.text.trim() === '') writing.setText(template.sections.map((section) => `${t(`clinical.section.${section}`)}:\n`).join('\n'))
  }
  return (
    <Stack gap="xs">
      <Conflict writing={writing} />
      {note === undefined ? <Select size="sm" w={240} aria-label={t('clinical.note.template')} placeholder={t('clinical.note.template')} data={(templates.data?.items ?? []).map((one) => ({ value: one.id, label: t(`clinical.template.${one.name}`) }))} value={templateId ?? null} onChange={choose} /> : null}
      <Textarea aria-label={t('clinical.note.title')} placeholder={t('clinical.note.placeholder')} autosize minRows={6} maxRows={24} maxLength={20_000} value={writing.text} onChange={(event) => writing.setText(event.currentTarget.value)} onBlur={() => void writing.flush()} />
      <Group justify="space-between">
        <Text size="xs" c="dimmed" role="status">{writing.state === 'idle' ? '' : t(`clinical.note.state.${writing.state}`)}</Text>
        <LifecycleButtons actions={writing.text.trim() === '' || writing.theirs !== undefined ? [] : ['sign']} steps={[{ step: 'sign', label: t('clinical.note.sign'), isPrimary: true, confirm: t('clinical.note.signConfirm'), run: () => sign.mutateAsync(undefined) }]} />
      </Group>
    </Stack>
  )
}

function Addendum({ note, encounter }: { note: Note; encounter: Encounter }) {
  const t = useText()
  const [text, setText] = useState<string>()
  const add = useWrite(() => api.addAddendum({ params: { id: note.id }, body: { text: text ?? '' } }), { invalidate: touched(encounter.id, encounter.patientId), onDone: () => setText(undefined) })
  if (text === undefined) return <Button size="compact-xs" variant="subtle" onClick={() => setText('')}>{t('clinical.note.addendum')}</Button>
  return (
    <Stack gap={4}>
      <Textarea autoFocus autosize minRows={2} maxLength={20_000} aria-label={t('clinical.note.addendum')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
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

/** The note of the visit: typed here, kept as one types, signed once. */
export function NotePanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const { can, me } = useAuth()
  const query = useQuery(notesQuery(encounter.id))
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  return (
    <Loaded query={query} rows={4}>
      {({ items }) => {
        const mine = items.find((note) => note.state === 'draft' && note.authorId === me.user.id)
        const written = items.filter((note) => note !== mine && note.state !== 'entered-in-error')
        const isWritable = isOpen && can('clinical.notes', encounter.facilityId)
        return (
          <Stack gap="sm">
            {written.map((note) => <Written key={note.id} note={note} encounter={encounter} />)}
            {isWritable ? <Editor key={`writing-${written.filter((note) => note.authorId === me.user.id).length}`} encounter={encounter} note={mine} /> : null}
            {!isWritable && written.length === 0 ? <Text size="sm" c="dimmed">{t('clinical.note.empty')}</Text> : null}
          </Stack>
        )
      }}
    </Loaded>
  )
}
