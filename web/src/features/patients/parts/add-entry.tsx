import { Box, Select, SimpleGrid, TextInput } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { patients } from '#contract/patients.ts'
import { api, type ListEntry } from '../queries.ts'

const severities = ['mild', 'moderate', 'severe'] as const
type Severity = (typeof severities)[number]
interface EntryValues extends Record<string, unknown> {
  text: string
  severity: Severity | ''
  reaction: string
  onsetOn: string
}
const empty: EntryValues = { text: '', severity: '', reaction: '', onsetOn: '' }

interface AddEntryProps {
  patientId: string
  kind: ListEntry['kind']
  onClose: () => void
}

export function AddEntry({ patientId, kind, onClose }: AddEntryProps) {
  const t = useText()
  const format = useFormat()
  const toBody = (values: EntryValues) => ({ kind, text: values.text, ...(values.severity === '' ? {} : { severity: values.severity }), ...(values.reaction === '' ? {} : { reaction: values.reaction }), ...(values.onsetOn === '' ? {} : { onsetOn: values.onsetOn }) })
  const form = useAppForm({
    initialValues: empty,
    schema: patients.addEntry.body,
    toBody,
    submit: (values) => api.addEntry({ params: { id: patientId }, body: toBody(values) }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['patients', patientId] })
      onClose()
    },
  })
  const set = form.fields.getInputProps
  return (
    <Box py="sm">
      <Form form={form} submitLabel={t('common.add')} cancel={onClose} labels={{ text: t(`patients.lists.${kind}`) }}>
        <TextInput label={t(`patients.lists.what.${kind}`)} withAsterisk autoFocus autoComplete="off" {...set('text')} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {kind === 'allergy' ? <TextInput label={t('patients.lists.reaction')} autoComplete="off" {...set('reaction')} /> : null}
          {kind === 'allergy' || kind === 'problem' ? <Select label={t('patients.lists.severity')} allowDeselect clearable data={severities.map((value) => ({ value, label: t(`patients.severity.${value}`) }))} {...set('severity')} value={form.fields.values.severity || null} onChange={(value) => form.fields.setFieldValue('severity', severities.find((one) => one === value) ?? '')} /> : null}
          <TextInput type="date" label={t('patients.lists.onset')} max={format.today()} {...set('onsetOn')} />
        </SimpleGrid>
      </Form>
    </Box>
  )
}
