import { ActionIcon, Button, Fieldset, Group, Select, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'

type InputProps = (path: string) => object

interface RowsProps<T> {
  values: T[]
  onChange: (values: T[]) => void
  getInputProps: InputProps
}

function Remove({ label, onGo }: { label: string; onGo: () => void }) {
  const t = useText()
  return <ActionIcon variant="subtle" color="gray" size="lg" mt={26} aria-label={`${t('common.remove')}: ${label}`} onClick={onGo}><IconX size={16} /></ActionIcon>
}

const without = <T,>(values: readonly T[], index: number): T[] => values.filter((_one, at) => at !== index)

/** The packs of an item: how many base units are in each. */
export function ItemPacks({ values, onChange, getInputProps }: RowsProps<{ unit: string; factor: string }>) {
  const t = useText()
  return (
    <Fieldset legend={t('inventory.packs')}>
      <Stack gap="xs" align="start">
        {values.map((pack, index) => (
          <Group key={index} align="start" wrap="nowrap" w="100%">
            <TextInput style={{ flex: 1 }} label={t('inventory.unit')} placeholder={t('inventory.packHint')} withAsterisk maxLength={40} {...getInputProps(`packs.${index}.unit`)} />
            <TextInput w={140} label={t('inventory.packFactor')} inputMode="decimal" withAsterisk {...getInputProps(`packs.${index}.factor`)} />
            <Remove label={pack.unit} onGo={() => onChange(without(values, index))} />
          </Group>
        ))}
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => onChange([...values, { unit: '', factor: '10' }])}>{t('inventory.packs.add')}</Button>
      </Stack>
    </Fieldset>
  )
}

/** The codes by which an item is scanned, each with the unit it stands on. */
export function ItemCodes({ values, units, onChange, getInputProps }: RowsProps<{ code: string; unit: string }> & { units: readonly string[] }) {
  const t = useText()
  const known = [...new Set(units.filter((unit) => unit.trim() !== ''))]
  return (
    <Fieldset legend={t('inventory.codes')}>
      <Stack gap="xs" align="start">
        {values.map((one, index) => (
          <Group key={index} align="start" wrap="nowrap" w="100%">
            <TextInput style={{ flex: 1 }} label={t('inventory.code')} withAsterisk maxLength={60} autoComplete="off" {...getInputProps(`barcodes.${index}.code`)} />
            <Select w={140} label={t('inventory.unit')} allowDeselect={false} data={known} {...getInputProps(`barcodes.${index}.unit`)} />
            <Remove label={one.code} onGo={() => onChange(without(values, index))} />
          </Group>
        ))}
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => onChange([...values, { code: '', unit: known.at(-1) ?? '' }])}>{t('inventory.codes.add')}</Button>
      </Stack>
    </Fieldset>
  )
}
