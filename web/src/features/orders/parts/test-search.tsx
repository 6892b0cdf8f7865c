import { useEffect, useState } from 'react'
import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { testsQuery, type LabTest } from '../queries.ts'

const patienceMs = 150

/** Finds a laboratory test by the beginning of its name or code; arrows choose, Enter takes, and the next one can be typed at once. */
export function TestSearch({ onTake }: { onTake: (test: LabTest) => void }) {
  const t = useText()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), patienceMs)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const query = useQuery({ ...testsQuery(search), enabled: search !== '' })
  const items = query.data?.items ?? []
  useEffect(() => void combobox.selectFirstOption(), [query.data])
  const take = (id: string) => {
    const test = items.find((one) => one.id === id)
    if (test === undefined) return
    onTake(test)
    setText('')
    combobox.closeDropdown()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take}>
      <Combobox.Target>
        <TextInput
          label={t('orders.basket.test')} placeholder={t('orders.basket.testHint')} leftSection={<IconSearch size={16} aria-hidden />} autoComplete="off" value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.openDropdown()
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={search === '' || query.data === undefined}>
        <Combobox.Options aria-label={t('orders.basket.test')}>
          {items.map((test) => (
            <Combobox.Option key={test.id} value={test.id}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" fw={600}>{test.name}</Text>
                <Text size="xs">{[test.code, test.specimenType].join(' · ')}</Text>
              </Group>
            </Combobox.Option>
          ))}
          {items.length === 0 ? <Combobox.Empty>{t('orders.basket.none')}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
