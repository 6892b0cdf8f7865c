import { useState } from 'react'
import { Alert, Button, Checkbox, Drawer, Group, Stack, Text, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { type Look, Looks, noLooks, toldOf } from './looks.tsx'
import { api, printLabels, type Specimen, type SpecimenWhole, touched } from '../queries.ts'

const refresh = () => touched.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }))

/** Receives a tube and says how it looks and where it stands: what the look disturbs is held by its rules. */
function ReceiveForm({ specimen, onDone }: { specimen: Specimen; onDone: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { rack: '', ...noLooks },
    submit: ({ rack, ...look }) => {
      const told = toldOf(look)
      return api.receive({ params: { id: specimen.id }, ifMatch: specimen.version, body: { ...(rack.trim() === '' ? {} : { rack }), ...(Object.keys(told).length === 0 ? {} : { indices: told }) } })
    },
    done: () => {
      refresh()
      onDone()
    },
  })
  const { rack: _, ...look } = form.fields.values
  return (
    <Form form={form} submitLabel={t('laboratory.step.receive')} cancel={onDone}>
      <Looks value={look} onChange={(seen) => form.fields.setValues(seen)} />
      <TextInput label={t('laboratory.rack')} maxLength={40} {...form.fields.getInputProps('rack')} />
    </Form>
  )
}

/** How a tube looks, seen once it is here: what that disturbs is held and verified again; what is out is named. */
function LooksForm({ specimen, onDone }: { specimen: SpecimenWhole; onDone: () => void }) {
  const t = useText()
  const { haemolysis, lipaemia, icterus } = specimen.indices
  const [look, setLook] = useState<Look>({ haemolysis: String(haemolysis ?? 0), lipaemia: String(lipaemia ?? 0), icterus: String(icterus ?? 0) })
  const [released, setReleased] = useState<string[]>([])
  const save = useWrite(() => api.noteIndices({ params: { id: specimen.id }, ifMatch: specimen.version, body: { haemolysis: Number(look.haemolysis), lipaemia: Number(look.lipaemia), icterus: Number(look.icterus) } }), {
    invalidate: touched, done: t('laboratory.looks.done'),
    onDone: (answer) => {
      if (answer.released.length === 0) onDone()
      else setReleased(answer.released)
    },
  })
  if (released.length > 0) return <Stack><Alert color="yellow" title={t('laboratory.looks.released')}>{released.join(', ')}</Alert><Group justify="end"><Button onClick={onDone}>{t('common.back')}</Button></Group></Stack>
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('laboratory.looks.hint')}</Text>
      <Looks value={look} onChange={setLook} />
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
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

const titles = { receive: 'laboratory.receive.with', divide: 'laboratory.divide.title', further: 'laboratory.further.title', looks: 'laboratory.looks.title' } as const
const ended: ReadonlySet<string> = new Set(['discarded', 'cancelled'])
const here: ReadonlySet<string> = new Set(['received', 'stored', 'sent-out'])

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
      {mayWork && here.has(specimen.state) ? <Button variant="default" onClick={() => setOpen('looks')}>{t(titles.looks)}</Button> : null}
      {mayDivide ? <Button variant="default" onClick={() => setOpen('divide')}>{t(titles.divide)}</Button> : null}
      <Drawer opened={open !== undefined} onClose={close} position="right" title={open === undefined ? '' : t(titles[open])}>
        {open === 'receive' ? <ReceiveForm specimen={specimen} onDone={close} /> : null}
        {open === 'looks' ? <LooksForm specimen={specimen} onDone={close} /> : null}
        {open === 'divide' ? <DivideForm specimen={specimen} onDone={close} /> : null}
        {open === 'further' && specimen.orderId !== null ? <FurtherForm specimen={specimen} orderId={specimen.orderId} onDone={close} /> : null}
      </Drawer>
    </>
  )
}
