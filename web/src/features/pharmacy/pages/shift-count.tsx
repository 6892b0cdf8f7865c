import { useState } from 'react'
import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { StoreSelect, useStores, usualStore, Witness } from '../../inventory/public.tsx'
import { api, controlledQuery, touched, type ControlledDrug } from '../queries.ts'

interface Typed {
  counted: string
  note: string
}

const amount = /^\d{1,9}(\.\d{1,3})?$/
const nothing: Typed = { counted: '', note: '' }

/** Each drug with what was counted; the reason is asked where the register says another number. */
function Drugs({ storeId, drugs }: { storeId: string; drugs: readonly ControlledDrug[] }) {
  const t = useText()
  const go = useGo()
  const [typed, setTyped] = useState<Record<string, Typed>>({})
  const [witnessId, setWitness] = useState('')
  const of = (id: string): Typed => typed[id] ?? nothing
  const set = (id: string, change: Partial<Typed>) => setTyped((before) => ({ ...before, [id]: { ...(before[id] ?? nothing), ...change } }))
  const lines = drugs.map(({ itemId }) => ({ itemId, counted: of(itemId).counted, ...(of(itemId).note.trim() === '' ? {} : { note: of(itemId).note.trim() }) }))
  const count = useWrite(() => api.countShift({ body: { storeId, witnessId, lines } }), { invalidate: touched, done: t('pharmacy.register.countDone'), onDone: () => go(`/pharmacy/register?store=${storeId}`) })
  const errors = problemToFields(t, count.error)
  const isWhole = witnessId !== '' && lines.every((line) => amount.test(line.counted))
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (isWhole) count.mutate(undefined) }}>
      <Stack>
        <Table onKeyDown={moveInGrid} verticalSpacing="sm">
          <Table.Thead><Table.Tr><Table.Th>{t('pharmacy.register.drug')}</Table.Th><Table.Th>{t('pharmacy.register.counted')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {drugs.map(({ itemId, name, unit, controlledClass, lastCount }, index) => (
              <Table.Tr key={itemId} style={{ verticalAlign: 'top' }}>
                <Table.Td>
                  <bdi>{name}</bdi> <Text span size="xs" c="dimmed"><bdi>{controlledClass}</bdi></Text>
                  {lastCount === null ? null : <Text size="xs" c="dimmed">{t('pharmacy.register.lastCount')}: <When at={lastCount.at} /> · <bdi>{lastCount.by}</bdi> · <bdi>{lastCount.witness}</bdi></Text>}
                </Table.Td>
                <Table.Td>
                  <Stack gap={6} maw={360}>
                    <TextInput size="sm" w={140} inputMode="decimal" autoComplete="off" rightSection={<Text size="xs" c="dimmed"><bdi>{unit}</bdi></Text>} rightSectionWidth={56} aria-label={`${t('pharmacy.register.counted')}: ${name}`} value={of(itemId).counted} error={errors[`lines.${index}.counted`]} onChange={(event) => set(itemId, { counted: event.currentTarget.value.trim() })} />
                    {errors[`lines.${index}.note`] === undefined && of(itemId).note === '' ? null : <TextInput size="sm" maxLength={300} placeholder={t('common.reason')} aria-label={`${t('common.reason')}: ${name}`} value={of(itemId).note} error={errors[`lines.${index}.note`]} onChange={(event) => set(itemId, { note: event.currentTarget.value })} />}
                  </Stack>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group align="end" justify="space-between">
          <Witness value={witnessId} onChange={setWitness} error={errors['witnessId']} />
          <Button type="submit" loading={count.isPending} disabled={!isWhole}>{t('pharmacy.register.count')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Where one shift hands over to the next: two persons count every controlled drug of a store, without seeing what the register says. */
export function ShiftCountPage() {
  const t = useText()
  const stores = useStores()
  const [storeParam, setStore] = useSearchParam('store')
  const storeId = storeParam ?? usualStore(stores, 'pharmacy')
  const query = useQuery({ ...controlledQuery(storeId), enabled: storeId !== '' })
  return (
    <Page title={t('pharmacy.register.atShift')} crumbs={[{ label: t('pharmacy.register'), path: '/pharmacy/register' }]} actions={<StoreSelect value={storeId} onChange={(id) => setStore(id)} />}>
      <Section>
        <Text size="sm" c="dimmed" mb="sm">{t('pharmacy.register.blind')}</Text>
        <Loaded query={query}>
          {({ items }) => (items.length === 0 ? <Empty title={t('pharmacy.register.none')} hint={t('pharmacy.register.noneHint')} /> : <Drugs key={storeId} storeId={storeId} drugs={items} />)}
        </Loaded>
      </Section>
    </Page>
  )
}
