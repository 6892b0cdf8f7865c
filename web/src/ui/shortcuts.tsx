import { useEffect, useRef, useState } from 'react'
import { Kbd, Modal, Table } from '@mantine/core'
import { useText } from '../kernel/i18n.ts'
import { useGo } from '../kernel/routing.tsx'
import { useNavigation } from './navigation.tsx'

const chordMs = 1500
const isTyping = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** `g` and a letter goes to a place; `?` shows the keys. */
export function Shortcuts() {
  const t = useText()
  const go = useGo()
  const places = useNavigation().filter((item) => item.key !== undefined)
  const [isOpen, setOpen] = useState(false)
  const chordAt = useRef(0)
  const current = useRef(places)
  useEffect(() => {
    current.current = places
  })

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const isChord = Date.now() - chordAt.current < chordMs
      chordAt.current = event.key === 'g' ? Date.now() : 0
      if (event.key === '?') return setOpen(true)
      const place = isChord ? current.current.find((item) => item.key === event.key) : undefined
      if (place !== undefined) go(place.path)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [go])

  const rows = [
    { keys: ['Ctrl', 'K'], label: t('shell.keys.find') },
    { keys: ['?'], label: t('shell.keys.help') },
    { keys: ['F9'], label: t('federation.ward.title') },
    { keys: ['Enter'], label: t('shell.keys.nextField') },
    { keys: ['Ctrl', 'Enter'], label: t('shell.keys.send') },
    { keys: ['↑', '↓'], label: t('shell.keys.rows') },
    ...(places.some((item) => item.path === '/pharmacy/counter') ? [{ keys: ['F2'], label: t('pharmacy.keys.scan') }, { keys: ['F8'], label: t('pharmacy.keys.pay') }, { keys: ['Ctrl', 'Enter'], label: t('pharmacy.keys.sell') }] : []),
    ...places.map((item) => ({ keys: ['g', item.key ?? ''], label: t(item.labelKey) })),
  ]
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('shell.keys.title')}>
      <Table>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.keys.join('+') + row.label}>
              <Table.Td w={140}>
                {row.keys.map((key) => (
                  <Kbd key={key} me={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{row.label}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
