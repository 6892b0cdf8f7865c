import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, type Medication, type System } from '../queries.ts'

const systems: System[] = ['allopathy', 'ayurveda', 'homeopathy']
const dataOf: Record<System, string[]> = { allopathy: ['dosageForm', 'strength', 'route', 'manufacturer'], ayurveda: ['type', 'rasa', 'virya', 'vipaka'], homeopathy: ['potency', 'source'] }
const required = new Set(['dosageForm', 'type'])

interface Values extends Record<string, unknown> {
  name: string
  genericName: string
  system: System
  systemData: Record<string, string>
}

const filled = (values: Values) => Object.fromEntries(dataOf[values.system].flatMap((key) => (values.systemData[key] ? [[key, values.systemData[key]]] : [])))
// The server checks the details against the system that is named.
const toBody = (values: Values) => JSON.parse(JSON.stringify({ name: values.name, genericName: values.genericName, system: values.system, systemData: filled(values) }))

/** A medicine of the register; its fields follow its system. */
export function MedicineForm({ before, onClose }: { before?: Medication | undefined; onClose: () => void }) {
  const t = useText()
  const form = useAppForm<Values, Medication>({
    initialValues: { name: before?.name ?? '', genericName: before?.genericName ?? '', system: before?.system ?? 'allopathy', systemData: before?.systemData ?? {} },
    submit: (values) => (before === undefined ? api.createMedication({ body: toBody(values) }) : api.updateMedication({ params: { id: before.id }, body: { name: values.name, genericName: values.genericName, systemData: filled(values) }, ifMatch: before.version })),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['medications'] })
      onClose()
    },
  })
  const { values, getInputProps, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ name: t('medications.field.name') }}>
      <TextInput data-autofocus withAsterisk label={t('medications.field.name')} maxLength={200} autoComplete="off" {...getInputProps('name')} />
      <TextInput label={t('medications.field.genericName')} maxLength={200} autoComplete="off" {...getInputProps('genericName')} />
      <Select label={t('medications.field.system')} disabled={before !== undefined} data={systems.map((value) => ({ value, label: t(`medications.system.${value}`) }))} value={values.system} onChange={(value) => setFieldValue('system', systems.find((one) => one === value) ?? 'allopathy')} />
      <SimpleGrid cols={2}>
        {dataOf[values.system].map((key) => <TextInput key={key} label={t(`medications.data.${key}`)} withAsterisk={required.has(key)} maxLength={60} autoComplete="off" {...getInputProps(`systemData.${key}`)} value={values.systemData[key] ?? ''} />)}
      </SimpleGrid>
    </Form>
  )
}
