import { useState, type ReactNode } from 'react'
import { Loader } from '@mantine/core'
import { IconSearch, IconUser } from '@tabler/icons-react'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import '@mantine/spotlight/styles.css'
import type { PatientSummary } from '#contract/patients.ts'
import { patientFinding } from '#contract/patients-finding.ts'
import { client } from '../kernel/api.ts'
import { features } from '../kernel/features.ts'
import { useAuth } from '../kernel/auth.tsx'
import { useText } from '../kernel/i18n.ts'
import { useGo } from '../kernel/routing.tsx'
import { useNavigation } from './navigation.tsx'
import { PatientLine, usePatientSearch } from './patient-picker.tsx'

const [store, finder] = createSpotlight()
const limit = 8

const api = client(patientFinding)
/** Whom the user had open last; names come anew each time and are not kept. */
export const recentQuery = { queryKey: ['patients', 'recent'], queryFn: ({ signal }: { signal: AbortSignal }) => api.recent({ signal }), gcTime: 0 }

export const openFinder = (): void => finder.open()

function useDestinations(text: string) {
  const t = useText()
  const { can } = useAuth()
  const commands = features()
    .flatMap((feature) => feature.commands)
    .filter((command) => can(command.permission))
  const wanted = text.trim().toLocaleLowerCase()
  const all = [...useNavigation(), ...commands].map((item) => ({ path: item.path, label: t(item.labelKey), Icon: item.icon }))
  return all.filter((item) => item.label.toLocaleLowerCase().includes(wanted)).slice(0, limit)
}

function Group({ label, children }: { label: string; children: ReactNode[] }) {
  return children.length === 0 ? null : <Spotlight.ActionsGroup label={label}>{children}</Spotlight.ActionsGroup>
}

function People({ label, people }: { label: string; people: readonly PatientSummary[] }) {
  const go = useGo()
  return (
    <Group label={label}>
      {people.map((patient) => (
        <Spotlight.Action key={patient.id} onClick={() => go(`/patients/${patient.id}`)}>
          <IconUser size={18} stroke={1.6} aria-hidden style={{ marginInlineEnd: 12 }} />
          <PatientLine patient={patient} />
        </Spotlight.Action>
      ))}
    </Group>
  )
}

/** Ctrl+K: patients, pages and actions; before anything is typed, the patients one had open last. */
export function Finder() {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const mayRead = can('patients.read')
  const found = usePatientSearch(mayRead ? text : '')
  const recent = useQuery({ ...recentQuery, enabled: mayRead && isOpen })
  const destinations = useDestinations(text)
  const people = text.trim() === '' ? [] : (found.data?.items ?? [])
  const recents = text.trim() === '' ? (recent.data?.items ?? []).slice(0, 6) : []
  return (
    <Spotlight.Root store={store} query={text} onQueryChange={setText} onSpotlightOpen={() => setOpen(true)} onSpotlightClose={() => setOpen(false)} shortcut="mod + K" clearQueryOnClose scrollable maxHeight={480}>
      <Spotlight.Search placeholder={t('shell.findPlaceholder')} leftSection={found.isFetching ? <Loader size="xs" /> : <IconSearch size={18} />} />
      <Spotlight.ActionsList>
        <People label={t('shell.find.patients')} people={people} />
        <People label={t('patients.recent.title')} people={recents} />
        <Group label={t('shell.find.pages')}>
          {destinations.map((item) => (
            <Spotlight.Action key={item.path + item.label} label={item.label} leftSection={<item.Icon size={18} stroke={1.6} />} onClick={() => go(item.path)} />
          ))}
        </Group>
        {people.length + destinations.length === 0 ? <Spotlight.Empty>{t(found.isFetching ? 'common.loading' : 'shell.find.nothing')}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
