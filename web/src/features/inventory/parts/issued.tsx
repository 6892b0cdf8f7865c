import { useState } from 'react'
import { Checkbox, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { api, type Document, itemQuery, touched } from '../queries.ts'
import { End } from './item-form.tsx'
import { Witness } from './witness.tsx'

type Line = Document['issued'][number]

const left = (line: Line): number => Math.round((Number(line.quantity) - Number(line.returned)) * 1000) / 1000

/** What was issued to a patient, what came back of it, and taking back more: what was charged is credited. */
export function Issued({ document }: { document: Document }) {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [opened, setOpened] = useState<readonly string[]>([])
  const [checked, setChecked] = useState<readonly string[]>([])
  const [reason, setReason] = useState('')
  const [witnessId, setWitness] = useState('')
  const items = useQueries({ queries: [...new Set(document.issued.map((line) => line.itemId))].map((id) => itemQuery(id)) })
  const itemOf = (line: Line) => items.find(({ data }) => data?.id === line.itemId)?.data
  const needsCheck = (line: Line) => itemOf(line) !== undefined && (itemOf(line)?.storage !== 'room' || itemOf(line)?.controlledClass !== '')
  const lines = document.issued.filter((line) => (typed[line.id] ?? '') !== '')
  const isControlled = lines.some((line) => (itemOf(line)?.controlledClass ?? '') !== '')
  const back = useWrite(() => api.returnIssued({ params: { id: document.id }, body: { reason: reason.trim(), ...(witnessId === '' ? {} : { witnessId }), lines: lines.map((line) => ({ issuedLineId: line.id, quantity: typed[line.id] ?? '', isSealed: !opened.includes(line.id), isChecked: checked.includes(line.id) })) } }), { invalidate: touched, done: t('inventory.issue.back'), onDone: (made) => go(`/stock/documents/${made.id}`) })
  const errors = problemToFields(t, back.error)
  const isOpen = can('inventory.write') && document.issued.some((line) => left(line) > 0)
  const flip = (list: readonly string[], id: string) => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id])
  return (
    <Stack>
      <Table.ScrollContainer minWidth={480}><Table className="folds">
        <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('inventory.issue.issued')}</Table.Th><Table.Th ta="end">{t('inventory.issue.returned')}</Table.Th><Table.Th>{t('inventory.issue.charged')}</Table.Th>{isOpen ? <Table.Th>{t('inventory.issue.takeBack')}</Table.Th> : null}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {document.issued.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed"><bdi>{line.batch}</bdi></Text></Table.Td>
              <Table.Td ta="end" className="figures" data-label={t('inventory.issue.issued')}>{line.quantity} <bdi>{line.unit}</bdi></Table.Td>
              <Table.Td ta="end" className="figures" data-label={t('inventory.issue.returned')}>{line.returned === '0' ? '–' : line.returned}</Table.Td>
              <Table.Td data-label={t('inventory.issue.charged')}>{t(line.isCharged ? 'common.yes' : 'common.no')}</Table.Td>
              {isOpen ? (
                <Table.Td data-label={t('inventory.issue.takeBack')}>
                  {left(line) === 0 ? null : (
                    <Stack gap={4}>
                      <TextInput size="sm" w={110} inputMode="decimal" placeholder={String(left(line))} aria-label={`${t('inventory.issue.takeBack')}: ${line.itemName}`} value={typed[line.id] ?? ''} error={errors[`lines.${lines.indexOf(line)}.quantity`]} onChange={(event) => setTyped({ ...typed, [line.id]: event.currentTarget.value.trim() })} />
                      {(typed[line.id] ?? '') === '' ? null : <Checkbox size="xs" label={t('inventory.issue.opened')} checked={opened.includes(line.id)} onChange={() => setOpened(flip(opened, line.id))} />}
                      {(typed[line.id] ?? '') === '' || !needsCheck(line) ? null : <Checkbox size="xs" label={t('inventory.issue.checked')} checked={checked.includes(line.id)} onChange={() => setChecked(flip(checked, line.id))} />}
                    </Stack>
                  )}
                </Table.Td>
              ) : null}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table></Table.ScrollContainer>
      {isOpen ? (
        <>
          <Group align="end"><TextInput style={{ flex: 1 }} miw={220} label={t('common.reason')} withAsterisk maxLength={300} value={reason} error={errors['reason']} onChange={(event) => setReason(event.currentTarget.value)} />{isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}</Group>
          <End label={t('inventory.issue.takeBackAll')} isPending={back.isPending} isDisabled={lines.length === 0 || reason.trim() === '' || (isControlled && witnessId === '')} onGo={() => back.mutate(undefined)} />
        </>
      ) : null}
    </Stack>
  )
}
