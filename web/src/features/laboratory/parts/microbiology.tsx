import { useState } from 'react'
import { Button, Group, SegmentedControl, Select, Stack, Switch, Table, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'
import { api, type Microbe, microbiologyQuery } from '../queries.ts'

const kinds = ['antibiotic', 'organism'] as const
const groups = ['access', 'watch', 'reserve'] as const
const touchedList = [['laboratory', 'microbiology']]

function Add({ kind, classes }: { kind: Microbe['kind']; classes: string[] }) {
  const t = useText()
  const [name, setName] = useState('')
  const [group, setGroup] = useState<string | null>(null)
  const [aware, setAware] = useState<Microbe['aware']>('')
  const [tier, setTier] = useState('1')
  const save = useWrite(() => api.setMicrobiology({ body: { kind, name: name.trim(), ...(kind === 'organism' ? {} : { class: group ?? '', aware, tier: Number(tier) }) } }), { invalidate: touchedList, done: t('laboratory.microbiology.kept'), onDone: () => setName('') })
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (name.trim() !== '') save.mutate(undefined) }}>
      <Group align="end">
        <TextInput flex={1} miw={200} label={t(`laboratory.microbiology.${kind}`)} maxLength={60} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        {kind === 'organism' ? null : (
          <>
            <Select w={190} clearable searchable label={t('laboratory.microbiology.class')} data={classes} value={group} onChange={setGroup} />
            <Select w={140} clearable label="AWaRe" data={groups.map((value) => ({ value, label: t(`laboratory.microbiology.aware.${value}`) }))} value={aware === '' ? null : aware} onChange={(value) => setAware(groups.find((one) => one === value) ?? '')} />
            <Select w={90} allowDeselect={false} label={t('laboratory.breakpoints.tier')} data={['1', '2', '3']} value={tier} onChange={(value) => setTier(value ?? '1')} />
          </>
        )}
        <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>{t('common.add')}</Button>
      </Group>
    </form>
  )
}

/** The lists a culture is written with: what it starts with, and the laboratory's own. */
export function Microbiology() {
  const t = useText()
  const { can } = useAuth()
  const [kind, setKind] = useState<Microbe['kind']>('antibiotic')
  const query = useQuery(microbiologyQuery)
  const turn = useWrite((one: Microbe) => api.setMicrobiology({ body: { kind: one.kind, name: one.name, isActive: !one.isActive } }), { invalidate: touchedList })
  const isAntibiotic = kind === 'antibiotic'
  return (
    <Stack>
      <SegmentedControl w="fit-content" aria-label={t('laboratory.microbiology.title')} data={kinds.map((value) => ({ value, label: t(`laboratory.microbiology.${value}`) }))} value={kind} onChange={(value) => setKind(kinds.find((one) => one === value) ?? kind)} />
      <Loaded query={query} rows={4}>
        {({ items }) => {
          const rows = items.filter((one) => one.kind === kind)
          return (
            <>
              <Can permission="laboratory.catalogue"><Add key={kind} kind={kind} classes={[...new Set(rows.map((one) => one.class))].filter((one) => one !== '').toSorted()} /></Can>
              <Table.ScrollContainer minWidth={isAntibiotic ? 560 : 300}>
                <Table verticalSpacing={4}>
                  <Table.Thead><Table.Tr><Table.Th>{t(`laboratory.microbiology.${kind}`)}</Table.Th>{isAntibiotic ? <><Table.Th>{t('laboratory.microbiology.class')}</Table.Th><Table.Th>AWaRe</Table.Th><Table.Th ta="end">{t('laboratory.breakpoints.tier')}</Table.Th></> : null}<Table.Th>{t('laboratory.quality.inUse')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {rows.map((one) => (
                      <Table.Tr key={one.name}>
                        <Table.Td fs={isAntibiotic ? undefined : 'italic'}><bdi>{one.name}</bdi></Table.Td>
                        {isAntibiotic ? <><Table.Td><bdi>{one.class}</bdi></Table.Td><Table.Td>{one.aware === '' ? '–' : t(`laboratory.microbiology.aware.${one.aware}`)}</Table.Td><Table.Td ta="end">{one.tier}</Table.Td></> : null}
                        <Table.Td><Switch aria-label={`${t('laboratory.quality.inUse')}: ${one.name}`} checked={one.isActive} disabled={!can('laboratory.catalogue') || turn.isPending} onChange={() => turn.mutate(one)} /></Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </>
          )
        }}
      </Loaded>
    </Stack>
  )
}
