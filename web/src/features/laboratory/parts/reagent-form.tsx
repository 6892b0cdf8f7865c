import { MultiSelect, NumberInput, Select, SimpleGrid, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, type AppForm, useAppForm } from '../../../ui/form.tsx'
import { analytesQuery, api, instrumentNamesQuery, reagentItemsQuery, reagentStockQuery, reagentStoresQuery } from '../queries.ts'

const initialValues = { storeId: '', itemId: '', stockLotId: '', instrumentId: '', name: '', lotNumber: '', expiresOn: '', onBoardDays: '' as number | '', tests: 100, testIds: [] as string[] }
type Values = typeof initialValues

/** Where the kit stands in stock: what is opened is taken out of there. Without a store nothing is. */
function FromStock({ form }: { form: AppForm<Values> }) {
  const t = useText()
  const { facilityId, can } = useAuth()
  const { fields } = form
  const { storeId, itemId, stockLotId } = fields.values
  const isShown = can('inventory.read') && can('inventory.issue')
  const stores = useQuery({ ...reagentStoresQuery(facilityId), enabled: isShown }).data?.items.filter((store) => store.isActive && store.kind !== 'transit') ?? []
  const items = useQuery({ ...reagentItemsQuery, enabled: isShown }).data?.items ?? []
  const lots = useQuery(reagentStockQuery(storeId, itemId)).data?.items.filter((line) => line.state === 'available') ?? []
  if (!isShown) return null
  const takeItem = (id: string) => fields.setValues({ itemId: id, stockLotId: '', ...(id === '' ? {} : { name: items.find((item) => item.id === id)?.name.slice(0, 120) ?? '' }) })
  const takeLot = (id: string) => {
    const line = lots.find((one) => one.lotId === id)
    fields.setValues({ stockLotId: id, ...(line === undefined ? {} : { lotNumber: line.batch, ...(line.expiresOn === null ? {} : { expiresOn: line.expiresOn }) }) })
  }
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select clearable searchable label={t('laboratory.reagents.store')} data={stores.map((store) => ({ value: store.id, label: store.name }))} value={storeId || null} error={fields.errors['storeId']} onChange={(value) => fields.setValues({ storeId: value ?? '', stockLotId: '', ...(value === null ? { itemId: '' } : {}) })} />
        <Select clearable searchable label={t('laboratory.reagents.item')} disabled={storeId === ''} data={items.map((item) => ({ value: item.id, label: item.name }))} value={itemId || null} error={fields.errors['itemId']} onChange={(value) => takeItem(value ?? '')} />
        <Select clearable searchable label={t('laboratory.reagents.stockLot')} disabled={itemId === ''} data={lots.map((line) => ({ value: line.lotId, label: [line.batch, line.expiresOn, `${line.quantity} ${line.unit}`].filter(Boolean).join(' · ') }))} value={stockLotId || null} error={fields.errors['stockLotId']} onChange={(value) => takeLot(value ?? '')} />
      </SimpleGrid>
      <Text size="sm" c="dimmed">{t('laboratory.reagents.stockHint')}</Text>
    </>
  )
}

const chosen = (values: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))

export function ReagentForm({ onDone }: { onDone: () => void }) {
  const t = useText()
  const { facilityId, can } = useAuth()
  const tests = useQuery(analytesQuery).data?.items ?? []
  const instruments = useQuery({ ...instrumentNamesQuery(facilityId), enabled: can('instruments.read') }).data?.items ?? []
  const form = useAppForm({
    initialValues,
    submit: ({ onBoardDays, storeId, itemId, stockLotId, instrumentId, ...values }) => api.createReagent({ body: { facilityId, ...values, ...chosen({ storeId, itemId, stockLotId, instrumentId }), ...(onBoardDays === '' ? {} : { onBoardDays }) } }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['laboratory', 'reagents'] })
      onDone()
    },
  })
  const labels = { name: t('common.name'), lotNumber: t('laboratory.quality.lot'), expiresOn: t('laboratory.quality.expires'), onBoardDays: t('laboratory.reagents.onBoardDays'), tests: t('laboratory.reagents.tests'), testIds: t('laboratory.reagents.for') }
  const field = (name: keyof typeof labels) => ({ label: labels[name], ...form.fields.getInputProps(name) })
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone} labels={labels}>
      <FromStock form={form} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput withAsterisk maxLength={120} {...field('name')} />
        <TextInput withAsterisk maxLength={60} {...field('lotNumber')} />
        <TextInput withAsterisk type="date" {...field('expiresOn')} />
        <NumberInput min={1} max={1000} allowDecimal={false} {...field('onBoardDays')} />
        <NumberInput withAsterisk min={1} max={1_000_000} allowDecimal={false} {...field('tests')} />
        <Select clearable label={t('laboratory.reagents.instrument')} data={instruments.map((one) => ({ value: one.id, label: one.name }))} value={form.fields.values.instrumentId || null} onChange={(value) => form.fields.setFieldValue('instrumentId', value ?? '')} />
      </SimpleGrid>
      <MultiSelect withAsterisk searchable data={tests.map((test) => ({ value: test.id, label: test.name }))} {...field('testIds')} />
    </Form>
  )
}
