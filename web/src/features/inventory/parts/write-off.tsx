import { useState } from 'react'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, itemQuery, touched, type StockLine } from '../queries.ts'
import { Witness } from './witness.tsx'

function Ask({ row, onClose }: { row: StockLine; onClose: () => void }) {
  const t = useText()
  const [reason, setReason] = useState('')
  const [witnessId, setWitness] = useState('')
  const item = useQuery(itemQuery(row.itemId))
  const isControlled = (item.data?.controlledClass ?? '') !== ''
  const book = useWrite(() => api.bookDocument({ body: { kind: 'expiry', storeId: row.storeId, reason: reason.trim(), ...(witnessId === '' ? {} : { witnessId }), lines: [{ itemId: row.itemId, lotId: row.lotId, quantity: row.quantity }] } }), { invalidate: touched, done: t('inventory.booked'), onDone: onClose })
  const errors = problemToFields(t, book.error)
  return (
    <form onSubmit={(event) => { event.preventDefault(); book.mutate(undefined) }}>
      <Stack>
        <Text size="sm">{t('inventory.writeOff.confirm', { quantity: row.quantity, unit: row.unit, item: row.itemName, batch: row.batch, store: row.storeName })}</Text>
        <TextInput data-autofocus label={t('common.reason')} withAsterisk maxLength={500} value={reason} error={errors['reason']} onChange={(event) => setReason(event.currentTarget.value)} />
        {isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
        <Group justify="end"><Button variant="default" onClick={onClose}>{t('common.back')}</Button><Button type="submit" color="red" loading={book.isPending} disabled={reason.trim() === '' || (isControlled && witnessId === '')}>{t('inventory.writeOff')}</Button></Group>
      </Stack>
    </form>
  )
}

/** What is past its day leaves the books with a document of its own; of a controlled drug before a second person. */
export function WriteOff({ row }: { row: StockLine }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>{t('inventory.writeOff')}</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('inventory.writeOff')}>{isOpen ? <Ask row={row} onClose={() => setOpen(false)} /> : null}</Modal>
    </>
  )
}
