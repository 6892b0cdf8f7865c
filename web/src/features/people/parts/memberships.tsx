import { useState } from 'react'
import { Button, Group, Select, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api, membershipsQuery, rolesQuery } from '../queries.ts'

const touched = [['people', 'memberships'], ['people', 'rights']]

export function useRoleText(): (role: string) => string {
  const t = useText()
  return (role) => (hasText(`people.role.${role}`) ? t(`people.role.${role}`) : role)
}

function GiveRole({ userId }: { userId: string }) {
  const t = useText()
  const roleText = useRoleText()
  const { me, facilityId } = useAuth()
  const roles = useQuery(rolesQuery)
  const [facility, setFacility] = useState(facilityId)
  const [role, setRole] = useState('')
  const give = useWrite(() => api.createMembership({ body: { userId, facilityId: facility, role } }), { invalidate: touched, done: t('common.saved') })
  return (
    <Group align="end" mt="md">
      <Select label={t('shell.facility')} data={me.facilities.map((one) => ({ value: one.id, label: one.name }))} value={facility} onChange={(id) => setFacility(id ?? '')} />
      <Select label={t('people.membership.role')} searchable data={(roles.data?.items ?? []).map((one) => ({ value: one.name, label: roleText(one.name) }))} value={role} onChange={(name) => setRole(name ?? '')} />
      <Button disabled={role === ''} loading={give.isPending} onClick={() => give.mutate(undefined)}>
        {t('people.membership.give')}
      </Button>
    </Group>
  )
}

/** Where a user works in which role. */
export function Memberships({ userId }: { userId: string }) {
  const t = useText()
  const roleText = useRoleText()
  const { me } = useAuth()
  const query = useQuery(membershipsQuery(userId))
  const end = useWrite((id: string) => api.endMembership({ params: { id }, body: {} }), { invalidate: touched })
  const facilityName = (id: string) => me.facilities.find((one) => one.id === id)?.name ?? id
  return (
    <Section title={t('people.membership.title')}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('people.membership.empty')} hint={t('people.membership.emptyHint')} />
          ) : (
            <Table>
              <Table.Tbody>
                {items.map((item) => (
                  <Table.Tr key={item.id}>
                    <Table.Td>{facilityName(item.facilityId)}</Table.Td>
                    <Table.Td>{roleText(item.role)}</Table.Td>
                    <Table.Td ta="end">
                      <Can permission="people.write">
                        <Button size="compact-sm" variant="default" onClick={() => end.mutate(item.id)}>
                          {t('people.membership.end')}
                        </Button>
                      </Can>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
      <Can permission="people.write">
        <GiveRole userId={userId} />
      </Can>
    </Section>
  )
}
