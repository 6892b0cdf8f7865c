import { useRef, useState } from 'react'
import { Combobox, Group, Select, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconArrowRight, IconBarcode } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../kernel/auth.tsx'
import { useText } from '../../kernel/i18n.ts'
import { useEarlyEnter } from '../../ui/search-box.tsx'
import { CameraScan } from './parts/camera-scan.tsx'
import { api, itemsQuery, storesQuery, vendorsQuery, type Item, type Store } from './queries.ts'

export { CameraScan } from './parts/camera-scan.tsx'
export { BatchBelow, BatchHeads } from './parts/fold.tsx'
export { Fact } from './parts/item-form.tsx'
export { TableImport } from './parts/table-import.tsx'
export { Witness } from './parts/witness.tsx'
export type { Item, Store } from './queries.ts'

/** What a scan or a choice says: the item, and from a code its unit, batch and expiry. */
export interface Taken {
  item: Item
  unit: string
  batch: string
  expiresOn: string
}

const patienceMs = 120
const isCode = (text: string): boolean => /^\d{8,14}$|^\(01\)|^\]|^01\d{14}/.test(text)

interface ItemSearchProps {
  label: string
  onTake: (taken: Taken) => void
  isFocused?: boolean
}

/** Finds an item by name or SKU, or by a scanned code: a scanner types and sends Enter. */
export function ItemSearch({ label, onTake, isFocused = false }: ItemSearchProps) {
  const t = useText()
  const [text, setText] = useState('')
  const typed = useRef('')
  const [unknown, setUnknown] = useState(false)
  const [search] = useDebouncedValue(text.trim(), patienceMs)
  const combobox = useCombobox()
  const query = useQuery({ ...itemsQuery(search), enabled: search !== '' && !isCode(search) })
  // What is shown and taken belongs to what stands in the field now, not to what was typed before.
  const isFound = search === text.trim() && query.isSuccess && !query.isFetching
  const items = isFound && !isCode(search) ? query.data.items : []
  const take = (taken: Taken) => {
    typed.current = ''
    setText('')
    setWaiting(false)
    combobox.closeDropdown()
    onTake(taken)
  }
  const takeItem = (item: Item) => take({ item, unit: item.baseUnit, batch: '', expiresOn: '' })
  const setWaiting = useEarlyEnter({ combobox, answer: query.data, isFound, items, take: takeItem })
  const scan = async (code: string): Promise<boolean> => {
    const { item, unit, batch, expiresOn } = await api.scan({ query: { code } })
    if (item !== null) take({ item, unit: unit === '' ? item.baseUnit : unit, batch, expiresOn: expiresOn ?? '' })
    return item !== null
  }
  const scanOnly = async (code: string) => setUnknown(!(await scan(code)))
  // A code has no space, and a scanner is done before names are found: what is no code is a name after all, if it still stands there.
  const scanOrFind = async (code: string) => {
    const isKnown = await scan(code).catch(() => false)
    if (!isKnown && typed.current.trim() === code) setWaiting(true)
  }
  return (
    <Combobox store={combobox} onOptionSubmit={(id) => items.filter((one) => one.id === id).forEach(takeItem)}>
      <Combobox.Target>
        <TextInput
          label={label} placeholder={t('inventory.item.search')} leftSection={<IconBarcode size={16} aria-hidden />} rightSection={<CameraScan onCode={(code) => void scanOnly(code)} />} autoComplete="off" data-autofocus={isFocused || undefined} autoFocus={isFocused} value={text} error={unknown ? t('inventory.item.unknown') : undefined} onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || text.trim() === '') return
            const code = text.trim()
            if (isCode(code)) {
              event.preventDefault()
              void scanOnly(code)
            } else if (items.length === 0) {
              event.preventDefault()
              if (/\s/.test(code)) setWaiting(true)
              else void scanOrFind(code)
            }
          }}
          onChange={(event) => {
            setUnknown(false)
            setWaiting(false)
            typed.current = event.currentTarget.value
            setText(event.currentTarget.value)
            combobox.openDropdown()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={search === '' || isCode(search) || !isFound}>
        <Combobox.Options>
          {items.map((item) => (
            <Combobox.Option key={item.id} value={item.id}>
              <Group justify="space-between" wrap="nowrap">
                <Text size="sm"><b><bdi>{item.name}</bdi></b> <Text span size="xs" c="dimmed">{item.sku}</Text></Text>
                <Text size="sm" className="figures">{t('inventory.onHandOf', { quantity: item.onHand, unit: item.baseUnit })}</Text>
              </Group>
            </Combobox.Option>
          ))}
          {items.length === 0 ? <Combobox.Empty>{t('inventory.item.none')}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

/** The stores of the facility one works in, without what is on its way. */
export function useStores(): Store[] {
  const { facilityId } = useAuth()
  const { data } = useQuery(storesQuery())
  return (data?.items ?? []).filter((store) => store.facilityId === facilityId && store.kind !== 'transit' && store.isActive)
}

/** The name of a store, with its facility where it is another than the one worked in: two facilities may each have a «Pharmacy». */
export function useStoreNames(): (id: string, name: string) => string {
  const t = useText()
  const { me, facilityId } = useAuth()
  const { data } = useQuery(storesQuery())
  return (id, name) => {
    // The store of what is on its way is nobody's to name.
    if (data?.items.some((store) => store.id === id && store.kind === 'transit') === true) return t('inventory.storeKind.transit')
    const other = data?.items.find((store) => store.id === id && store.facilityId !== facilityId)?.facilityId
    const facility = me.facilities.find((one) => one.id === other)?.name
    return facility === undefined ? name : `${name}, ${facility}`
  }
}

/** The first store of a kind, else any. */
export const usualStore = (stores: readonly Store[], kind: Store['kind']): string => (stores.find((store) => store.kind === kind) ?? stores[0])?.id ?? ''

interface StoreSelectProps {
  label?: string
  value: string
  onChange: (id: string) => void
  none?: string
  error?: string | undefined
}

export function StoreSelect({ label, value, onChange, none, error }: StoreSelectProps) {
  const t = useText()
  const stores = useStores()
  const data = [...(none === undefined ? [] : [{ value: '', label: none }]), ...stores.map((store) => ({ value: store.id, label: store.name }))]
  return <Select label={label} aria-label={label ?? t('inventory.store')} data={data} value={value} error={error} allowDeselect={false} onChange={(id) => onChange(id ?? '')} miw={180} />
}

/** A store of any facility of the hospital: those of one's own first, the others by their facility. */
export function AnyStoreSelect({ label, value, onChange, error }: { label: string; value: string; onChange: (id: string) => void; error?: string | undefined }) {
  const t = useText()
  const { facilityId } = useAuth()
  const nameOf = useStoreNames()
  const { data } = useQuery(storesQuery())
  const stores = (data?.items ?? []).filter((store) => store.kind !== 'transit' && store.isActive)
  const optionsOf = (isOwn: boolean) => stores.filter((store) => (store.facilityId === facilityId) === isOwn).map((store) => ({ value: store.id, label: nameOf(store.id, store.name) }))
  const [own, others] = [optionsOf(true), optionsOf(false)]
  return <Select label={label} searchable={others.length > 8} data={others.length === 0 ? own : [{ group: t('inventory.store.here'), items: own }, { group: t('inventory.store.elsewhere'), items: others }]} value={value} error={error} allowDeselect={false} onChange={(id) => onChange(id ?? '')} miw={180} />
}

export function VendorSelect({ label, value, onChange, error, isOptional = false }: { label: string; value: string; onChange: (id: string) => void; error?: string | undefined; isOptional?: boolean }) {
  const { data } = useQuery(vendorsQuery())
  return <Select label={label} withAsterisk={!isOptional} clearable={isOptional} searchable data={(data?.items ?? []).filter((vendor) => vendor.isActive).map((vendor) => ({ value: vendor.id, label: vendor.name }))} value={value} error={error} onChange={(id) => onChange(id ?? '')} />
}

/** From whom to whom, with an arrow that turns with the direction of reading. */
export function Way({ from, to }: { from: string; to: string }) {
  return <Group component="span" gap={6} wrap="nowrap" display="inline-flex"><bdi>{from}</bdi><IconArrowRight size={14} className="flip" aria-hidden /><bdi>{to}</bdi></Group>
}
