import { useEffect, useState } from 'react'
import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { searchQuery, type Medication } from '../queries.ts'

const patienceMs = 150
const details = (medicine: Medication) => [medicine.genericName, medicine.systemData['strength'], medicine.systemData['dosageForm'] ?? medicine.systemData['type'] ?? medicine.systemData['potency']].filter(Boolean).join(' · ')

/** Finds a medicine by the beginning of its name or generic name; arrows choose, Enter takes. */
export function MedicineSearch({ onTake }: { onTake: (medicine: Medication) => void }) {
  const t = useText()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), patienceMs)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const query = useQuery({ ...searchQuery(search), enabled: search !== '' })
  const items = query.data?.items ?? []
  useEffect(() => void combobox.selectFirstOption(), [query.data])
  const take = (id: string) => {
    const medicine = items.find((one) => one.id === id)
    if (medicine === undefined) return
    onTake(medicine)
    setText('')
    combobox.closeDropdown()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take}>
      <Combobox.Target>
        <TextInput
          label={t('medications.item.add')} placeholder={t('medications.search.placeholder')} leftSection={<IconSearch size={16} aria-hidden />} autoComplete="off" value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.openDropdown()
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={search === '' || query.data === undefined}>
        <Combobox.Options aria-label={t('medications.item.medication')}>
          {items.map((medicine) => (
            <Combobox.Option key={medicine.id} value={medicine.id}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" fw={600}>{medicine.name}</Text>
                <Text size="xs">{[details(medicine), t(`medications.system.${medicine.system}`)].filter(Boolean).join(' · ')}</Text>
              </Group>
            </Combobox.Option>
          ))}
          {items.length === 0 ? <Combobox.Empty>{t('medications.search.none')}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
