import { useEffect, useState } from 'react'
import { Button, Group, Stack, Table, TextInput } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type Prescription } from '../queries.ts'

const amount = /^\d{1,9}(\.\d{1,3})?$/
const left = (item: Prescription['items'][number]): string => String(Math.round((Number(item.quantity) - Number(item.dispensedQuantity)) * 1000) / 1000)

/** Hands out each line, all that is left unless another quantity is typed. */
export function DispenseForm({ prescription }: { prescription: Prescription }) {
  const t = useText()
  const open = prescription.items.filter((item) => left(item) !== '0')
  const [given, setGiven] = useState<Record<string, string>>({})
  const typed = open.map((item) => ({ prescriptionItemId: item.id, quantity: given[item.id] ?? left(item) })).filter((line) => line.quantity !== '')
  const unreadable = new Set(typed.filter((line) => !amount.test(line.quantity)).map((line) => line.prescriptionItemId))
  const lines = typed.filter((line) => unreadable.has(line.prescriptionItemId) || Number(line.quantity) > 0)
  const dispense = useWrite(() => api.dispense({ params: { id: prescription.id }, body: { lines }, ifMatch: prescription.version }), { invalidate: touched(prescription.patientId), done: t('medications.done.dispensed'), onDone: () => setGiven({}) })
  const [errors, setErrors] = useState<Record<string, string>>({})
  useEffect(() => setErrors(problemToFields(t, dispense.error)), [dispense.error])
  const errorOf = (id: string) => (unreadable.has(id) ? t('fields.invalid_format') : undefined) ?? errors[`lines.${lines.findIndex((line) => line.prescriptionItemId === id)}.quantity`]
  const give = (id: string, quantity: string) => {
    setErrors({})
    setGiven({ ...given, [id]: quantity })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        dispense.mutate(undefined)
      }}
    >
      <Stack>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('medications.item.medication')}</Table.Th>
              <Table.Th ta="end">{t('medications.left')}</Table.Th>
              <Table.Th ta="end">{t('medications.give')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {open.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>{item.name}</Table.Td>
                <Table.Td ta="end" className="figures">{left(item)}</Table.Td>
                <Table.Td w={160}>
                  <TextInput size="sm" inputMode="decimal" aria-label={`${t('medications.give')}: ${item.name}`} value={given[item.id] ?? left(item)} error={errorOf(item.id)} onChange={(event) => give(item.id, event.currentTarget.value.trim())} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="end">
          <Button type="submit" loading={dispense.isPending} disabled={lines.length === 0 || unreadable.size > 0}>{t('medications.step.dispense')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
