import { useState } from 'react'
import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { PatientCriteria, SavedSearch } from '#contract/patients-finding.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { finding, savedSearchesQuery } from '../queries.ts'

const touched = [savedSearchesQuery.queryKey]

function SaveDialog({ criteria, onClose }: { criteria: PatientCriteria; onClose: () => void }) {
  const t = useText()
  const [name, setName] = useState('')
  const save = useWrite(() => finding.saveSearch({ body: { name: name.trim(), criteria } }), { invalidate: touched, done: t('patients.saved.done'), onDone: onClose })
  return (
    <Modal opened onClose={onClose} title={t('patients.saved.save')}>
      <form onSubmit={(event) => { event.preventDefault(); save.mutate(undefined) }}>
        <Stack>
          <TextInput data-autofocus label={t('common.name')} description={t('patients.saved.hint')} withAsterisk maxLength={80} autoComplete="off" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>{t('common.save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function SavedItem({ search, onTake }: { search: SavedSearch; onTake: (criteria: PatientCriteria) => void }) {
  const t = useText()
  const remove = useWrite(() => finding.removeSearch({ params: { id: search.id }, body: {} }), { invalidate: touched, done: t('patients.saved.removed'), undo: () => finding.saveSearch({ body: { name: search.name, criteria: search.criteria } }) })
  return (
    <Group gap={4} wrap="nowrap">
      <Menu.Item onClick={() => onTake(search.criteria)}><bdi>{search.name}</bdi></Menu.Item>
      <ActionIcon variant="subtle" color="gray" aria-label={t('patients.saved.remove', { name: search.name })} loading={remove.isPending} onClick={() => remove.mutate(undefined)}><IconTrash size={16} /></ActionIcon>
    </Group>
  )
}

/** One's own searches: take one, or save what the list is narrowed by now. */
export function SavedSearches({ criteria, onTake }: { criteria: PatientCriteria; onTake: (criteria: PatientCriteria) => void }) {
  const t = useText()
  const [isSaving, setSaving] = useState(false)
  const items = useQuery(savedSearchesQuery).data?.items ?? []
  const hasCriteria = Object.keys(criteria).length > 0
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target><Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>{t('patients.saved.title')}</Button></Menu.Target>
        <Menu.Dropdown>
          {items.length === 0 ? <Menu.Label>{t('patients.saved.none')}</Menu.Label> : items.map((search) => <SavedItem key={search.id} search={search} onTake={onTake} />)}
          <Menu.Divider />
          <Menu.Item disabled={!hasCriteria} onClick={() => setSaving(true)}>{t('patients.saved.save')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isSaving ? <SaveDialog criteria={criteria} onClose={() => setSaving(false)} /> : null}
    </>
  )
}
