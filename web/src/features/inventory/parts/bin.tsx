import { useState } from 'react'
import { ActionIcon, Button, Group, Popover, TextInput } from '@mantine/core'
import { IconMapPin } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type StockLine } from '../queries.ts'

/** Where in a store a lot lies, and a way to say it. */
export function Bin({ line, name = line.storeName, isWhole = false }: { line: StockLine; name?: string; isWhole?: boolean }) {
  const t = useText()
  const { can } = useAuth()
  const [isOpen, setOpen] = useState(false)
  const [bin, setBin] = useState(line.bin)
  const label = t('inventory.bin.of', { batch: line.batch, store: name })
  const save = useWrite(() => api.setBin({ body: { storeId: line.storeId, lotId: line.lotId, bin: bin.trim() } }), { invalidate: touched, done: t('common.saved'), onDone: () => setOpen(false), isQuiet: true })
  const inBin = line.bin === '' ? '' : isWhole ? ` (${line.bin})` : line.bin
  const place = <bdi>{isWhole ? `${name} ${line.quantity}${inBin}` : inBin || '–'}</bdi>
  if (!can('inventory.issue')) return place
  return (
    <Group gap={4} wrap="nowrap">
      {place}
      <Popover opened={isOpen} onChange={setOpen} trapFocus withArrow position="bottom">
        <Popover.Target><ActionIcon variant="subtle" size={24} aria-label={`${t('inventory.bin.change')}: ${label}`} onClick={() => { setBin(line.bin); setOpen(!isOpen) }}><IconMapPin size={14} aria-hidden /></ActionIcon></Popover.Target>
        <Popover.Dropdown>
          <form onSubmit={(event) => { event.preventDefault(); save.mutate(undefined) }}>
            <Group align="end" gap="xs" wrap="nowrap">
              <TextInput label={label} maxLength={40} value={bin} error={problemToFields(t, save.error)['bin']} onChange={(event) => setBin(event.currentTarget.value)} />
              <Button type="submit" loading={save.isPending}>{t('common.save')}</Button>
            </Group>
          </form>
        </Popover.Dropdown>
      </Popover>
    </Group>
  )
}
