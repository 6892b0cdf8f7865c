import { useState } from 'react'
import { Group, Select, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { effectiveQuery, type Cause, type EffectiveRights as Effective } from '../queries.ts'
import { useRoleText } from './memberships.tsx'
import { Permission, usePermissionText } from './permission.tsx'

function Because({ cause }: { cause: Cause }) {
  const t = useText()
  const roleText = useRoleText()
  const name = cause.kind === 'role' ? roleText(cause.name) : cause.name
  return <Text size="sm">{t(`people.rights.by.${cause.kind}`)}: <bdi>{name}</bdi>{cause.until === null ? '' : <> · {t('people.rights.until')} <When at={cause.until} /></>}</Text>
}

function Held({ rights }: { rights: Effective['rights'] }) {
  const t = useText()
  return (
    <Table.ScrollContainer minWidth={360}>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{t('people.rights.permission')}</Table.Th><Table.Th>{t('people.rights.may')}</Table.Th><Table.Th>{t('people.rights.why')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {rights.map((right) => (
            <Table.Tr key={right.permission}>
              <Table.Td><Permission code={right.permission} /></Table.Td>
              <Table.Td><StateBadge label={t(right.isHeld ? 'people.rights.yes' : 'people.rights.no')} tone={right.isHeld ? 'good' : 'bad'} /></Table.Td>
              <Table.Td>{right.because.map((cause, index) => <Because key={index} cause={cause} />)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** What a user may do now in a facility, and why. */
export function EffectiveRights({ userId }: { userId: string }) {
  const t = useText()
  const { facilityId } = useAuth()
  const permissionText = usePermissionText()
  const [place, setPlace] = useState(facilityId)
  const [text, setText] = useState('')
  const query = useQuery(effectiveQuery(userId))
  const sought = text.trim().toLowerCase()
  const isSought = ({ permission }: Effective['rights'][number]) => `${permission} ${permissionText(permission).toLowerCase()}`.includes(sought)
  return (
    <Section title={t('people.rights.effective')}>
      <Loaded query={query}>
        {({ items }) => {
          const chosen = items.find((one) => one.facilityId === place) ?? items[0]
          if (chosen === undefined) return <Empty title={t('people.membership.empty')} />
          return (
            <>
              <Group align="end" mb="sm">
                <Select label={t('shell.facility')} data={items.map((one) => ({ value: one.facilityId, label: one.facilityName }))} value={chosen.facilityId} onChange={(id) => setPlace(id ?? '')} />
                <TextInput label={t('people.rights.filter')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
              </Group>
              <Held rights={chosen.rights.filter(isSought)} />
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}
