import { useState } from 'react'
import { Button, Group, Menu, SimpleGrid, Stack } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { patients, type Patient } from '#contract/patients.ts'
import { openBlob } from '../../../kernel/api.ts'
import { Can } from '../../../kernel/auth.tsx'
import { languages, useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { patientQuery } from '../../../ui/patient-banner.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { patientBody, patientValues } from '../form.ts'
import { api } from '../queries.ts'
import { FirstFields, usePatientLabels } from './first-fields.tsx'
import { MoreFields } from './more-fields.tsx'
import { Photo } from './photo.tsx'
import { Relations } from './relations.tsx'

function EditPatient({ patient, onClose }: { patient: Patient; onClose: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: patientValues(patient),
    schema: patients.update.body,
    toBody: patientBody,
    draft: { form: 'patients.update', subject: patient.id },
    submit: (values) => api.update({ params: { id: patient.id }, body: patientBody(values), ifMatch: patient.version }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['patients', patient.id] })
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={usePatientLabels()}>
      <FirstFields fields={form.fields} />
      <MoreFields fields={form.fields} />
    </Form>
  )
}

function Facts({ patient }: { patient: Patient }) {
  const t = useText()
  const place = patient.address
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} m={0}>
      <Fact label={t('patients.field.birthDate')}><When at={patient.birthDate} isDayOnly /></Fact>
      <Fact label={t('common.phone')}><bdi dir="ltr">{patient.phones.join(', ')}</bdi></Fact>
      <Fact label={t('common.email')}>{patient.email}</Fact>
      <Fact label={t('common.address')}>{[place.lines, place.city, place.state, place.postcode, place.country].filter(Boolean).join(', ')}</Fact>
      <Fact label={t('patients.field.language')}>{languages.find((one) => one.value === patient.language)?.label ?? ''}</Fact>
      <Fact label={t('patients.field.occupation')}>{patient.occupation}</Fact>
      <Fact label={t('patients.field.diet')}>{patient.diet === '' ? '' : t(`patients.diet.${patient.diet}`)}</Fact>
      <Fact label={t('patients.field.referralSource')}>{patient.referralSource}</Fact>
      <Fact label={t('patients.field.registeredAt')}><When at={patient.registeredAt} /></Fact>
      {patient.identifiers.map((one) => (
        <Fact key={one.type + one.value} label={t(`patients.identifier.${one.type}`)}><bdi dir="ltr">{one.value}</bdi></Fact>
      ))}
      {patient.contacts.map((one) => (
        <Fact key={one.name + one.phone} label={one.relation === '' ? t('patients.contact.title') : one.relation}><bdi>{one.name}</bdi> <bdi dir="ltr">{one.phone}</bdi></Fact>
      ))}
    </SimpleGrid>
  )
}

const kinds = ['label', 'wristband', 'card'] as const

function Print({ patientId }: { patientId: string }) {
  const t = useText()
  const print = async (kind: (typeof kinds)[number]) => openBlob(await api.printLabel({ params: { id: patientId }, query: { kind } }))
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconPrinter size={16} />}>{t('common.print')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => <Menu.Item key={kind} onClick={() => void print(kind)}>{t(`patients.print.${kind}`)}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  )
}

export function DetailsTab({ patientId }: { patientId: string }) {
  const t = useText()
  const [isEditing, setEditing] = useState(false)
  const query = useQuery(patientQuery(patientId))
  const edit = isEditing ? null : <Can permission="patients.write"><Button size="xs" variant="default" onClick={() => setEditing(true)}>{t('common.edit')}</Button></Can>
  return (
    <Stack>
      <Section title={t('patients.tab.details')} actions={<Group gap="xs">{query.data === undefined || isEditing ? null : <Can permission="patients.write"><Photo patient={query.data} /></Can>}<Print patientId={patientId} />{edit}</Group>}>
        <Loaded query={query}>{(patient) => (isEditing ? <EditPatient patient={patient} onClose={() => setEditing(false)} /> : <Facts patient={patient} />)}</Loaded>
      </Section>
      <Relations patientId={patientId} />
    </Stack>
  )
}
