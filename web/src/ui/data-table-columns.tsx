import { useState } from 'react'
import { ActionIcon, Checkbox, Menu } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { useText } from '../kernel/i18n.ts'

interface Choosable {
  key: string
  label: string
  isHidden?: boolean
}
interface Hidden {
  keys: string[]
  toggle: (key: string) => void
}

function kept(name: string, columns: Choosable[]): string[] {
  const text = localStorage.getItem(`triveni.columns.${name}`)
  return text === null ? columns.filter((column) => column.isHidden).map((column) => column.key) : text.split(',').filter(Boolean)
}

/** Which columns are away; only names of columns are kept in the browser. */
export function useHiddenColumns(name: string, columns: Choosable[]): Hidden {
  const [keys, setKeys] = useState(() => kept(name, columns))
  const toggle = (key: string) => {
    const next = keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]
    localStorage.setItem(`triveni.columns.${name}`, next.join(','))
    setKeys(next)
  }
  return { keys, toggle }
}

export function ColumnChoice({ columns, hidden }: { columns: Choosable[]; hidden: Hidden }) {
  const t = useText()
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t('table.columns')}>
          <IconColumns3 size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map((column) => (
          <Menu.Item key={column.key} onClick={() => hidden.toggle(column.key)}>
            <Checkbox size="xs" readOnly tabIndex={-1} checked={!hidden.keys.includes(column.key)} label={column.label} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
