import { useEffect, useState, type ReactNode } from 'react'
import { Combobox, type ComboboxStore, Group, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery, type UseQueryOptions } from '@tanstack/react-query'

const patienceMs = 150

interface EarlyEnterProps<T> {
  combobox: Pick<ComboboxStore, 'selectFirstOption'>
  /** What was answered, and whether it is about what stands in the field now. */
  answer: unknown
  isFound: boolean
  items: readonly T[]
  take: (item: T) => void
  /** What Enter does where nothing was found. */
  none?: (() => void) | undefined
}

/** The first that is found is the one Enter takes; an Enter that came before the answer takes it as soon as it is there. */
export function useEarlyEnter<T>({ combobox, answer, isFound, items, take, none }: EarlyEnterProps<T>): (isWaiting: boolean) => void {
  const [isWaiting, setWaiting] = useState(false)
  useEffect(() => {
    combobox.selectFirstOption()
    const [first] = items
    if (isWaiting && isFound && first !== undefined) take(first)
    else if (isFound) {
      if (isWaiting) none?.()
      setWaiting(false)
    }
  }, [answer, isFound, isWaiting])
  return setWaiting
}

interface SearchBoxProps<T, A, K extends readonly unknown[]> {
  label: string
  placeholder: string
  /** Said when nothing fits. */
  none: string
  query: (search: string) => UseQueryOptions<A, Error, A, K>
  render: (item: T) => ReactNode
  onTake: (item: T) => void
  /** What is typed may be taken as it is: how that is offered, and what takes it. */
  other?: { label: (text: string) => string; onTake: (text: string) => void }
}

const asTyped = '\u0000typed'

/** Finds one of many by what is typed; arrows choose, Enter takes, and the next one can be typed at once. */
export function SearchBox<T extends { id: string }, A extends { items: T[] }, K extends readonly unknown[]>({ label, placeholder, none, query, render, onTake, other }: SearchBoxProps<T, A, K>) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), patienceMs)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const { data, isSuccess } = useQuery({ ...query(search), enabled: search !== '' })
  // What is shown and taken belongs to what stands in the field now, not to what was typed before.
  const isFound = search !== '' && search === text.trim() && isSuccess
  const items = isFound ? data.items : []
  const take = (item: T) => {
    setText('')
    setWaiting(false)
    combobox.closeDropdown()
    onTake(item)
  }
  const takeTyped = () => {
    const typed = text.trim()
    setText('')
    setWaiting(false)
    combobox.closeDropdown()
    other?.onTake(typed)
  }
  const setWaiting = useEarlyEnter({ combobox, answer: data, isFound, items, take, none: other === undefined ? undefined : takeTyped })
  return (
    <Combobox store={combobox} onOptionSubmit={(id) => (id === asTyped ? takeTyped() : items.filter((one) => one.id === id).forEach(take))}>
      <Combobox.Target>
        <TextInput
          label={label} placeholder={placeholder} leftSection={<IconSearch size={16} aria-hidden />} autoComplete="off" value={text} onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || text.trim() === '' || isFound) return
            event.preventDefault()
            setWaiting(true)
          }}
          onChange={(event) => {
            setWaiting(false)
            setText(event.currentTarget.value)
            combobox.openDropdown()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isFound}>
        <Combobox.Options aria-label={placeholder}>
          {items.map((item) => <Combobox.Option key={item.id} value={item.id}><Group justify="space-between" wrap="nowrap" gap="xs">{render(item)}</Group></Combobox.Option>)}
          {items.length === 0 && other === undefined ? <Combobox.Empty>{none}</Combobox.Empty> : null}
          {other === undefined ? null : <Combobox.Option value={asTyped}>{other.label(text.trim())}</Combobox.Option>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
