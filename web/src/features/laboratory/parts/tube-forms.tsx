import { useState } from 'react'
import { Button, Checkbox, Drawer, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, printLabels, type Specimen, type SpecimenWhole, touched } from '../queries.ts'

const indices = ['haemolysis', 'lipaemia', 'icterus'] as const
type Index = (typeof indices)[number]
const grades = ['0', '1', '2', '3', '4']
const refresh = () => touched.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }))

/** Receives a tube and says how it looks and where it stands: what the look disturbs is held by its rules. */
function ReceiveForm({ specimen, onDone }: { specimen: Specimen; onDone: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { rack: '', haemolysis: '0', lipaemia: '0', icterus: '0' },
    submit: ({ rack, ...seen }) => {
      const told = Object.fromEntries(indices.filter((index) => seen[index] !== '0').map((index) => [index, Number(seen[index])]))
      return api.receive({ params: { id: specimen.id }, ifMatch: specimen.version, body: { ...(rack.trim() === '' ? {} : { rack }), ...(Object.keys(told).length === 0 ? {} : { indices: told }) } })
    },
    done: () => {
      refresh()
      onDone()
    },
  })
  const grade = (index: Index) => (
    <div key={index}>
      <Text size="sm" fw={500} mb={4}>{t(`laboratory.hold.${index}`)}</Text>
      <SegmentedControl fullWidth aria-label={t(`laboratory.hold.${index}`)} data={grades.map((value) => ({ value, label: value === '0' ? t('laboratory.index.none') : '+'.repeat(Number(value)) }))} value={form.fields.values[index]} onChange={(value) => form.fields.setFieldValue(index, value)} />
    </div>
  )
  return (
    <Form form={form} submitLabel={t('laboratory.step.receive')} cancel={onDone}>
      {indices.map(grade)}
      <TextInput label={t('laboratory.rack')} maxLength={40} {...form.fields.getInputProps('rack')} />
    </Form>
  )
}

/** Divides a tube: its own number, for the tests that move along. */
function DivideForm({ specimen, onDone }: { specimen: SpecimenWhole; onDone: () => void }) {
  const t = useText()
  const open = specimen.results.filter((result) => result.state === 'pending')
  const [container, setContainer] = useState('aliquot')
  const [testIds, setTestIds] = useState<string[]>([])
  const save = useWrite(() => api.aliquot({ params: { id: specimen.id }, ifMatch: specimen.version, body: { container, testIds } }), { invalidate: touched, done: t('laboratory.divide.done'), onDone })
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('laboratory.divide.hint')}</Text>
      <TextInput label={t('laboratory.specimen.container')} withAsterisk maxLength={60} value={container} onChange={(event) => setContainer(event.currentTarget.value)} />
      <Checkbox.Group label={t('laboratory.divide.tests')} value={testIds} onChange={setTestIds}>
        <Stack gap={6} mt={6}>{open.map((result) => <Checkbox key={result.id} value={result.testId} label={result.name} />)}</Stack>
      </Checkbox.Group>
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button disabled={container.trim() === '' || testIds.length === 0} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.divide.do')}</Button></Group>
    </Stack>
  )
}

/** A further tube of the same order: for the tests that move to it, or to have more of the patient; its label is printed at once. */
function FurtherForm({ specimen, orderId, onDone }: { specimen: SpecimenWhole; orderId: string; onDone: () => void }) {
  const t = useText()
  const go = useGo()
  const open = specimen.results.filter((result) => result.state === 'pending')
  const form = useAppForm({
    initialValues: { type: specimen.type, container: specimen.container, testIds: [] as string[] },
    submit: async ({ type, container, testIds }) => {
      const made = await api.addSpecimen({ body: { orderId, type, container, ...(testIds.length === 0 ? {} : { testIds }) } })
      await printLabels({ specimenId: made.id })
      return made
    },
    done: (made) => {
      refresh()
      onDone()
      go(`/laboratory/specimens/${made.id}`)
    },
  })
  return (
    <Form form={form} submitLabel={t('laboratory.further.do')} cancel={onDone}>
      <Text size="sm" c="dimmed">{t('laboratory.further.hint')}</Text>
      <TextInput label={t('laboratory.tests.specimen')} withAsterisk maxLength={60} {...form.fields.getInputProps('type')} />
      <TextInput label={t('laboratory.specimen.container')} withAsterisk maxLength={60} {...form.fields.getInputProps('container')} />
      {open.length === 0 ? null : (
        <Checkbox.Group label={t('laboratory.divide.tests')} {...form.fields.getInputProps('testIds')}>
          <Stack gap={6} mt={6}>{open.map((result) => <Checkbox key={result.id} value={result.testId} label={result.name} />)}</Stack>
        </Checkbox.Group>
      )}
    </Form>
  )
}

const titles = { receive: 'laboratory.receive.with', divide: 'laboratory.divide.title', further: 'laboratory.further.title' } as const
const ended: ReadonlySet<string> = new Set(['discarded', 'cancelled'])

/** The steps of a tube that ask something first. */
export function TubeForms({ specimen }: { specimen: SpecimenWhole }) {
  const t = useText()
  const { can } = useAuth()
  const [open, setOpen] = useState<keyof typeof titles>()
  const close = () => setOpen(undefined)
  const mayWork = can('laboratory.work', specimen.facilityId)
  const mayDivide = mayWork && (specimen.state === 'received' || specimen.state === 'stored') && specimen.results.some((result) => result.state === 'pending')
  const mayTake = can('laboratory.collect', specimen.facilityId) && specimen.orderId !== null && !ended.has(specimen.state)
  return (
    <>
      {mayTake ? <Button variant="default" onClick={() => setOpen('further')}>{t(titles.further)}</Button> : null}
      {mayWork && specimen.actions.includes('receive') ? <Button variant="default" onClick={() => setOpen('receive')}>{t(titles.receive)}</Button> : null}
      {mayDivide ? <Button variant="default" onClick={() => setOpen('divide')}>{t(titles.divide)}</Button> : null}
      <Drawer opened={open !== undefined} onClose={close} position="right" title={open === undefined ? '' : t(titles[open])}>
        {open === 'receive' ? <ReceiveForm specimen={specimen} onDone={close} /> : null}
        {open === 'divide' ? <DivideForm specimen={specimen} onDone={close} /> : null}
        {open === 'further' && specimen.orderId !== null ? <FurtherForm specimen={specimen} orderId={specimen.orderId} onDone={close} /> : null}
      </Drawer>
    </>
  )
}
