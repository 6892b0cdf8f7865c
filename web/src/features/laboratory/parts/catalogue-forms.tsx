import { useState } from 'react'
import { Alert, Button, Checkbox, FileInput, Group, NumberInput, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { testKind, valueKind } from '#contract/laboratory-catalogue.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, type LabTest } from '../queries.ts'
import { benches } from './benches.ts'

const refresh = () => void queryClient.invalidateQueries({ queryKey: ['laboratory'] })

function useNewTest(onMade: (test: LabTest) => void) {
  return useAppForm({
    initialValues: { code: '', name: '', kind: 'analyte' as LabTest['kind'], valueKind: 'numeric' as LabTest['valueKind'], bench: 'chemistry', specimenType: 'serum', container: 'serum gel', unit: '', loinc: '', formula: '', members: [] as string[], turnaroundMinutes: 240 },
    submit: ({ unit, loinc, formula, members, ...values }) => api.createTest({ body: { ...values, category: values.bench, ...(unit === '' ? {} : { unit }), ...(loinc === '' ? {} : { loinc }), ...(values.kind === 'calculated' ? { formula } : {}), ...(values.kind === 'panel' ? { members } : {}) } }),
    done: (test) => {
      refresh()
      onMade(test)
    },
  })
}

/** A test of one's own: what it is called, where it is measured and in what; its ranges follow on its page. */
export function NewTest({ onMade, onCancel }: { onMade: (test: LabTest) => void; onCancel: () => void }) {
  const t = useText()
  const form = useNewTest(onMade)
  const { kind } = form.fields.values
  const labels = { code: t('laboratory.code'), name: t('common.name'), specimenType: t('laboratory.tests.specimen'), container: t('laboratory.specimen.container'), unit: t('laboratory.unit'), formula: t('laboratory.formula'), members: t('laboratory.members') }
  const field = (name: keyof typeof labels) => ({ label: labels[name], ...form.fields.getInputProps(name) })
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onCancel} labels={labels}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput withAsterisk maxLength={40} {...field('code')} />
        <TextInput withAsterisk maxLength={160} {...field('name')} />
        <Select allowDeselect={false} label={t('laboratory.kind')} data={testKind.options.map((value) => ({ value, label: t(`laboratory.kind.${value}`) }))} {...form.fields.getInputProps('kind')} />
        <Select allowDeselect={false} label={t('laboratory.tests.answer')} data={valueKind.options.map((value) => ({ value, label: t(`laboratory.tests.answer.${value}`) }))} {...form.fields.getInputProps('valueKind')} />
        <Select allowDeselect={false} label={t('laboratory.bench')} data={benches.map((value) => ({ value, label: t(`laboratory.bench.${value}`) }))} {...form.fields.getInputProps('bench')} />
        <TextInput withAsterisk maxLength={60} {...field('specimenType')} />
        <TextInput withAsterisk maxLength={60} {...field('container')} />
        {kind === 'panel' ? null : <TextInput description="UCUM" maxLength={40} {...field('unit')} />}
        <TextInput label="LOINC" maxLength={12} {...form.fields.getInputProps('loinc')} />
        <NumberInput label={t('laboratory.range.turnaround')} min={1} max={100_000} allowDecimal={false} {...form.fields.getInputProps('turnaroundMinutes')} />
      </SimpleGrid>
      {kind === 'calculated' ? <TextInput withAsterisk description={t('laboratory.tests.formulaHint', { example: '{CHOL} - {HDL}' })} maxLength={500} {...field('formula')} /> : null}
      {kind === 'panel' ? <TagsInput withAsterisk description={t('laboratory.tests.membersHint')} maxTags={100} {...field('members')} /> : null}
    </Form>
  )
}

/** Tests, ranges and rules from a table: all of it or nothing. */
export function ImportTests({ onDone }: { onDone: () => void }) {
  const t = useText()
  const [file, setFile] = useState<File | null>(null)
  const [isDry, setDry] = useState(false)
  const [checked, setChecked] = useState<{ created: number; updated: number }>()
  const form = useAppForm({
    initialValues: {},
    submit: async () => api.importTests({ body: { csv: (await file?.text()) ?? '', dryRun: isDry } }),
    done: (counts) => {
      if (counts.dryRun === true) return setChecked(counts)
      refresh()
      onDone()
    },
  })
  return (
    <Form form={form} submitLabel={t('laboratory.tests.import')} cancel={onDone}>
      <FileInput label={t('laboratory.breakpoints.file')} description={t('laboratory.tests.importHint')} accept=".csv,text/csv" value={file} onChange={(chosen) => { setFile(chosen); setChecked(undefined) }} clearable />
      <Checkbox label={t('laboratory.tests.dryRun')} description={t('laboratory.tests.dryRunHint')} checked={isDry} onChange={(event) => { setDry(event.currentTarget.checked); setChecked(undefined) }} />
      {checked === undefined ? null : <Alert color="teal" role="status">{t('laboratory.tests.dryRunDone', { created: checked.created, updated: checked.updated })}</Alert>}
    </Form>
  )
}

type Settings = Awaited<ReturnType<typeof api.readSettings>>

function SettingsForm({ settings, onDone }: { settings: Settings; onDone: () => void }) {
  const t = useText()
  const [values, setValues] = useState({ isTwoPerson: settings.isTwoPerson, needsApproval: settings.needsApproval, accreditation: settings.accreditation })
  const save = useWrite(() => api.updateSettings({ ifMatch: settings.version, body: values }), { invalidate: [['laboratory', 'settings']], done: t('laboratory.settings.kept'), onDone })
  return (
    <Stack>
      <Checkbox label={t('laboratory.settings.twoPerson')} description={t('laboratory.settings.twoPersonHint')} checked={values.isTwoPerson} onChange={(event) => setValues({ ...values, isTwoPerson: event.currentTarget.checked })} />
      <Checkbox label={t('laboratory.settings.approval')} description={t('laboratory.settings.approvalHint')} checked={values.needsApproval} onChange={(event) => setValues({ ...values, needsApproval: event.currentTarget.checked })} />
      <TextInput label={t('laboratory.partners.accreditation')} description={t('laboratory.settings.accreditationHint')} maxLength={120} value={values.accreditation} onChange={(event) => setValues({ ...values, accreditation: event.currentTarget.value })} />
      <Text size="xs" c="dimmed">{t('laboratory.settings.hint')}</Text>
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}

/** How the laboratory works: one person or two, with or without clinical verification, and the mark on its paper. */
export function LabSettings({ onDone }: { onDone: () => void }) {
  const query = useQuery({ queryKey: ['laboratory', 'settings'], queryFn: ({ signal }) => api.readSettings({ signal }) })
  return <Loaded query={query} rows={4}>{(settings) => <SettingsForm settings={settings} onDone={onDone} />}</Loaded>
}
