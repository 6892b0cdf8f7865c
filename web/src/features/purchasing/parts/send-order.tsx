import { useState } from 'react'
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { inventory } from '#contract/inventory.ts'
import { client } from '../../../kernel/api.ts'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type Order } from '../queries.ts'

const stock = client(inventory)

function Address({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useText()
  const vendor = useQuery({ queryKey: ['inventory', 'vendor', order.vendorId], queryFn: ({ signal }) => stock.readVendor({ params: { id: order.vendorId }, signal }) })
  const [typed, setTyped] = useState<string>()
  const mailTo = typed ?? vendor.data?.email ?? ''
  const send = useWrite(() => api.sendOrder({ params: { id: order.id }, ifMatch: order.version, body: { mailTo: mailTo.trim() } }), { invalidate: touched, done: t('purchasing.mail.done', { address: mailTo.trim() }), onDone: onClose })
  const errors = problemToFields(t, send.error)
  return (
    <form onSubmit={(event) => { event.preventDefault(); send.mutate(undefined) }}>
      <Stack>
        <TextInput data-autofocus type="email" label={t('purchasing.mail.to')} withAsterisk maxLength={200} value={mailTo} error={errors['mailTo']} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Group justify="end"><Button variant="default" onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" loading={send.isPending} disabled={mailTo.trim() === ''}>{t('purchasing.mail.send')}</Button></Group>
      </Stack>
    </form>
  )
}

/** Sends an approved order to its vendor as PDF. */
export function SendOrder({ order }: { order: Order }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  if (!order.actions.includes('send')) return null
  return (
    <>
      <Button variant="default" leftSection={<IconMail size={16} />} onClick={() => setOpen(true)}>{t('purchasing.mail.send')}</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('purchasing.mail.title', { number: order.number })}>{isOpen ? <Address order={order} onClose={() => setOpen(false)} /> : null}</Modal>
    </>
  )
}
