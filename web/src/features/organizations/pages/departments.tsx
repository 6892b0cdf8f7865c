import { useState } from 'react'
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api, departmentsQuery, type Department } from '../queries.ts'

const touched = [['organizations', 'departments']]
const indentPx = 24

function Row({ department, depth }: { department: Department; depth: number }) {
  const t = useText()
  const [name, setName] = useState(department.name)
  const save = useWrite(() => api.updateDepartment({ params: { id: department.id }, body: { name }, ifMatch: department.version }), { invalidate: touched, done: t('common.saved') })
  const { can } = useAuth()
  if (!can('organizations.write')) return <Text ps={depth * indentPx}>{department.name}</Text>
  return (
    <Group ps={depth * indentPx} gap="xs">
      <TextInput aria-label={t('organizations.department.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} w={320} maw="100%" />
      {name.trim() !== '' && name !== department.name ? (
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {t('common.save')}
        </Button>
      ) : null}
    </Group>
  )
}

function Branch({ all, parentId, depth }: { all: Department[]; parentId: string | null; depth: number }) {
  return (
    <>
      {all
        .filter((one) => one.parentId === parentId)
        .map((one) => (
          <Stack key={one.id} gap="xs">
            <Row key={one.version} department={one} depth={depth} />
            <Branch all={all} parentId={one.id} depth={depth + 1} />
          </Stack>
        ))}
    </>
  )
}

function AddDepartment({ all }: { all: Department[] }) {
  const t = useText()
  const { facilityId } = useAuth()
  const [name, setName] = useState('')
  const [parentId, setParent] = useState('')
  const add = useWrite(() => api.createDepartment({ body: { facilityId, name, ...(parentId === '' ? {} : { parentId }) } }), { invalidate: touched, done: t('common.saved'), onDone: () => setName('') })
  return (
    <Group align="end" mt="md">
      <TextInput label={t('organizations.department.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Select label={t('organizations.department.parent')} searchable data={[{ value: '', label: t('common.none') }, ...all.map((one) => ({ value: one.id, label: one.name }))]} value={parentId} onChange={(id) => setParent(id ?? '')} />
      <Button disabled={name.trim() === ''} loading={add.isPending} onClick={() => add.mutate(undefined)}>
        {t('organizations.department.add')}
      </Button>
    </Group>
  )
}

export function DepartmentsPage() {
  const t = useText()
  const { facilityId, facility } = useAuth()
  const query = useQuery(departmentsQuery(facilityId))
  return (
    <Page title={t('organizations.departments.title')}>
      <Section title={facility?.name ?? ''}>
        <Loaded query={query}>
          {({ items }) => (
            <>
              {items.length === 0 ? <Empty title={t('organizations.departments.empty')} /> : null}
              <Stack gap="xs">
                <Branch all={items} parentId={null} depth={0} />
              </Stack>
              <Can permission="organizations.write">
                <AddDepartment all={items} />
              </Can>
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
