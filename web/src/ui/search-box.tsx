import { useEffect, useState, type ReactNode } from 'react'
import { Combobox, Group, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery, type UseQueryOptions } from '@tanstack/react-query'

const patienceMs = 150

interface SearchBoxProps<T, A, K extends readonly unknown[]> {
  label: string
  placeholder: string
  /** Said when nothing fits. */
  none: string
  query: (search: string) => UseQueryOptions<A, Error, A, K>
  render: (item: T) => ReactNode
  onTake: (item: T) => void
}

/** Finds one of many by what is typed; arrows choose, Enter takes, and the next one can be typed at once. */
export function SearchBox<T extends { id: string }, A extends { items: T[] }, K extends readonly unknown[]>({ label, placeholder, none, query, render, onTake }: SearchBoxProps<T, A, K>) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), patienceMs)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const { data } = useQuery({ ...query(search), enabled: search !== '' })
  const items = data?.items ?? []
  useEffect(() => void combobox.selectFirstOption(), [data])
  const take = (id: string) => {
    const item = items.find((one) => one.id === id)
    if (item === undefined) return
    setText('')
    combobox.closeDropdown()
    onTake(item)
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take}>
      <Combobox.Target>
        <TextInput
          label={label} placeholder={placeholder} leftSection={<IconSearch size={16} aria-hidden />} autoComplete="off" value={text} onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.openDropdown()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={search === '' || data === undefined}>
        <Combobox.Options aria-label={placeholder}>
          {items.map((item) => <Combobox.Option key={item.id} value={item.id}><Group justify="space-between" wrap="nowrap" gap="xs">{render(item)}</Group></Combobox.Option>)}
          {items.length === 0 ? <Combobox.Empty>{none}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
