import { useEffect, useState } from 'react'
import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { servicesQuery, type Service } from '../queries.ts'

const patienceMs = 150

/** Finds a service by code or name; Enter adds it. */
export function ServiceSearch({ label, onTake }: { label: string; onTake: (service: Service) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), patienceMs)
  const combobox = useCombobox()
  const query = useQuery({ ...servicesQuery(search, facilityId), enabled: search !== '' })
  const items = query.data?.items ?? []
  useEffect(() => void combobox.selectFirstOption(), [query.data])
  const take = (id: string) => {
    const service = items.find((one) => one.id === id)
    if (service === undefined) return
    setText('')
    combobox.closeDropdown()
    onTake(service)
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take}>
      <Combobox.Target>
        <TextInput
          label={label} placeholder={t('billing.service.search')} leftSection={<IconSearch size={16} aria-hidden />} autoComplete="off" value={text} onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.openDropdown()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={search === '' || query.data === undefined}>
        <Combobox.Options>
          {items.map((service) => (
            <Combobox.Option key={service.id} value={service.id}>
              <Group justify="space-between" wrap="nowrap">
                <Text size="sm"><b>{service.name}</b> <Text span size="xs" c="dimmed">{service.code}</Text></Text>
                <Text size="sm"><Money value={service.price} /></Text>
              </Group>
            </Combobox.Option>
          ))}
          {items.length === 0 ? <Combobox.Empty>{t('billing.service.none')}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
