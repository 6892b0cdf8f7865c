import { useState } from 'react'
import { ActionIcon, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'
import { ItemSearch } from '../public.tsx'
import { api, touched, type Contents } from '../queries.ts'

interface Wanted {
  itemId: string
  itemName: string
  unit: string
  quantity: string
}

function Edit({ storeId, contents, onDone }: { storeId: string; contents: Contents; onDone: () => void }) {
  const t = useText()
  const [rows, setRows] = useState<Wanted[]>(() => contents.items.filter((one) => one.quantity !== '0'))
  const save = useWrite(() => api.writeContents({ params: { id: storeId }, body: { items: rows.map(({ itemId, quantity }) => ({ itemId, quantity })) } }), { invalidate: touched, done: t('common.saved'), onDone })
  const errors = problemToFields(t, save.error)
  return (
    <Stack gap="xs">
      <ItemSearch label={t('inventory.item')} onTake={({ item }) => setRows(rows.some((row) => row.itemId === item.id) ? rows : [...rows, { itemId: item.id, itemName: item.name, unit: item.baseUnit, quantity: '1' }])} />
      {rows.map((row, index) => (
        <Group key={row.itemId} wrap="nowrap" align="end">
          <TextInput style={{ flex: 1 }} inputMode="decimal" label={`${row.itemName} (${row.unit})`} value={row.quantity} error={errors[`items.${index}.quantity`]} onChange={(event) => setRows(rows.map((one) => (one === row ? { ...one, quantity: event.currentTarget.value.trim() } : one)))} />
          <ActionIcon variant="subtle" size="lg" aria-label={`${t('common.remove')}: ${row.itemName}`} onClick={() => setRows(rows.filter((one) => one !== row))}><IconTrash size={16} aria-hidden /></ActionIcon>
        </Group>
      ))}
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.back')}</Button><Button loading={save.isPending} disabled={rows.some((row) => row.quantity === '')} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}

/** What should be in a box, what is, and what is missing. */
export function BoxContents({ storeId }: { storeId: string }) {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const [isEditing, setEditing] = useState(false)
  const query = useQuery({ queryKey: ['inventory', 'contents', storeId], queryFn: ({ signal }) => api.readContents({ params: { id: storeId }, signal }) })
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{t('inventory.box.contents')}</Text>
      <Loaded query={query}>
        {(contents) => (isEditing ? <Edit storeId={storeId} contents={contents} onDone={() => setEditing(false)} /> : (
          <>
            {contents.items.length === 0 ? <Text size="sm" c="dimmed">{t('inventory.box.none')}</Text> : (
              <Table.ScrollContainer minWidth={320}><Table>
                <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('inventory.box.wanted')}</Table.Th><Table.Th ta="end">{t('inventory.box.usable')}</Table.Th><Table.Th ta="end">{t('inventory.box.missing')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {contents.items.map((one) => (
                    <Table.Tr key={one.itemId}>
                      <Table.Td><bdi>{one.itemName}</bdi> <Text span size="xs" c="dimmed">{one.unit} {format.day(one.firstExpiresOn)}</Text></Table.Td>
                      <Table.Td ta="end" className="figures">{one.quantity === '0' ? '–' : one.quantity}</Table.Td><Table.Td ta="end" className="figures">{one.usable}</Table.Td>
                      <Table.Td ta="end" className="figures"><Text span size="sm" fw={one.missing === '0' ? 400 : 700}>{one.missing === '0' ? '–' : one.missing}</Text></Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table></Table.ScrollContainer>
            )}
            {can('inventory.master') ? <Group justify="end"><Button variant="default" onClick={() => setEditing(true)}>{t('inventory.box.edit')}</Button></Group> : null}
          </>
        ))}
      </Loaded>
    </Stack>
  )
}
