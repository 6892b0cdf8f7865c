import { ActionIcon, Button, Group, NumberInput, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { type AppForm, Form, useAppForm } from '../../../ui/form.tsx'
import { analytesQuery, type Instrument, lines } from '../queries.ts'

interface Values extends Record<string, unknown> {
  name: string
  protocol: 'hl7' | 'astm'
  encoding: Instrument['encoding']
  listenPort: number | ''
  allowedAddress: string
  sendHost: string
  sendPort: number | ''
  isActive: boolean
  codes: { code: string; testId: string; unit: string; factor: string }[]
}

const valuesOf = (instrument: Instrument | undefined): Values => ({
  name: instrument?.name ?? '', protocol: instrument?.protocol ?? 'hl7', encoding: instrument?.encoding ?? 'utf-8', listenPort: instrument?.listenPort ?? '', allowedAddress: instrument?.allowedAddress ?? '', sendHost: instrument?.sendHost ?? '', sendPort: instrument?.sendPort ?? '', isActive: instrument?.isActive ?? true,
  codes: instrument?.codes.map(({ code, testId, unit, factor }) => ({ code, testId, unit, factor })) ?? [],
})

const bodyOf = ({ listenPort, sendPort, isActive: _isActive, ...rest }: Values) => ({ ...rest, ...(listenPort === '' ? {} : { listenPort }), ...(sendPort === '' ? {} : { sendPort }) })

/** What the instrument calls each test, in which unit it reports, and by what its numbers are multiplied. */
function Mappings({ form }: { form: AppForm<Values> }) {
  const t = useText()
  const tests = useQuery(analytesQuery).data?.items ?? []
  const data = tests.map((test) => ({ value: test.id, label: `${test.code} · ${test.name}` }))
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('laboratory.instruments.mappings')}</Text>
      {form.fields.values.codes.map((code, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a mapping has no name of its own until it is typed
        <Group key={index} align="end" gap="xs">
          <TextInput w={130} label={t('laboratory.code')} maxLength={80} {...form.fields.getInputProps(`codes.${index}.code`)} />
          <Select flex={1} miw={200} searchable label={t('laboratory.test')} data={data} {...form.fields.getInputProps(`codes.${index}.testId`)} />
          <TextInput w={110} label={t('laboratory.unit')} maxLength={40} {...form.fields.getInputProps(`codes.${index}.unit`)} />
          <TextInput w={90} label={t('laboratory.instruments.factor')} inputMode="decimal" {...form.fields.getInputProps(`codes.${index}.factor`)} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.instruments.unmap', { code: code.code })} onClick={() => form.fields.removeListItem('codes', index)}><IconTrash size={18} /></ActionIcon>
        </Group>
      ))}
      <Group><Button size="xs" variant="default" onClick={() => form.fields.insertListItem('codes', { code: '', testId: '', unit: '', factor: '1' })}>{t('laboratory.instruments.map')}</Button></Group>
    </Stack>
  )
}

/** An instrument with its line and its driver. */
export function InstrumentForm({ instrument, onDone }: { instrument: Instrument | undefined; onDone: () => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const form = useAppForm<Values, unknown>({
    initialValues: valuesOf(instrument),
    submit: (values) => (instrument === undefined ? lines.createInstrument({ body: { ...bodyOf(values), facilityId } }) : lines.updateInstrument({ params: { id: instrument.id }, ifMatch: instrument.version, body: { ...bodyOf(values), isActive: values.isActive } })),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['laboratory', 'instruments'] })
      onDone()
    },
  })
  const labels = { name: t('common.name'), protocol: t('laboratory.instruments.protocol'), encoding: t('instruments.encoding'), listenPort: t('laboratory.instruments.listenPort'), allowedAddress: t('laboratory.instruments.allowed'), sendHost: t('laboratory.instruments.sendHost'), sendPort: t('laboratory.instruments.sendPort') }
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone} labels={labels}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={labels.name} withAsterisk maxLength={120} {...form.fields.getInputProps('name')} />
        <Select label={labels.protocol} allowDeselect={false} data={[{ value: 'hl7', label: 'HL7 v2 · MLLP' }, { value: 'astm', label: 'ASTM · LIS2-A2' }]} {...form.fields.getInputProps('protocol')} />
        <Select label={labels.encoding} allowDeselect={false} data={[{ value: 'utf-8', label: 'UTF-8' }, { value: 'latin1', label: 'ISO 8859-1 (Latin-1)' }, { value: 'windows-1252', label: 'Windows-1252' }]} {...form.fields.getInputProps('encoding')} />
        <NumberInput label={labels.listenPort} description={t('laboratory.instruments.listenHint')} min={1024} max={65_535} allowDecimal={false} hideControls {...form.fields.getInputProps('listenPort')} />
        <TextInput label={labels.allowedAddress} description={t('laboratory.instruments.allowedHint')} maxLength={45} {...form.fields.getInputProps('allowedAddress')} />
        <TextInput label={labels.sendHost} maxLength={200} {...form.fields.getInputProps('sendHost')} />
        <NumberInput label={labels.sendPort} min={1} max={65_535} allowDecimal={false} hideControls {...form.fields.getInputProps('sendPort')} />
        {instrument === undefined ? null : <Switch label={t('laboratory.quality.inUse')} {...form.fields.getInputProps('isActive', { type: 'checkbox' })} />}
      </SimpleGrid>
      <Mappings form={form} />
    </Form>
  )
}
