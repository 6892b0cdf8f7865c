import { useState } from 'react'
import { Alert, Button, Group, Radio, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Patient } from '#contract/patients.ts'
import { useText, type Text as Texts } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { fullName, patientQuery, useAgeText } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

const rowsOf = ({ t, ageText }: { t: Texts; ageText: ReturnType<typeof useAgeText> }, patient: Patient): [string, string][] => [
  [t('common.name'), fullName(patient)],
  [t('patients.field.localName'), patient.localName],
  [t('patients.field.mrn'), patient.mrn],
  [t('patients.field.age'), patient.age === null ? '' : ageText(patient.age)],
  [t('patients.field.birthDate'), patient.birthDate ?? ''],
  [t('patients.field.sex'), t(`patients.sex.${patient.sex}`)],
  [t('common.phone'), patient.phones.join(', ')],
  [t('common.email'), patient.email],
  [t('common.address'), [patient.address.lines, patient.address.city, patient.address.postcode].filter(Boolean).join(', ')],
  [t('patients.identifier.title'), patient.identifiers.map((one) => one.value).join(', ')],
]

function Compare({ a, b }: { a: Patient; b: Patient }) {
  const t = useText()
  const go = useGo()
  const [keptId, setKept] = useState(a.registeredAt <= b.registeredAt ? a.id : b.id)
  const [reason, setReason] = useState('')
  const kept = keptId === a.id ? a : b
  const gone = keptId === a.id ? b : a
  const merge = useWrite(() => api.merge({ params: { id: gone.id }, body: { intoPatientId: kept.id, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) } }), { invalidate: [['patients']], done: t('patients.merge.done'), undo: () => api.unmerge({ params: { id: gone.id }, body: {} }), onDone: () => go(`/patients/${kept.id}`) })
  const dismiss = useWrite(() => api.dismissDuplicate({ body: { a: a.id, b: b.id } }), { invalidate: [['patients', 'duplicates']], onDone: () => go('/patients/duplicates') })
  const words = { t, ageText: useAgeText() }
  const left = rowsOf(words, a)
  const right = rowsOf(words, b)
  return (
    <Section>
      <Table.ScrollContainer minWidth={480}>
        <Table layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={160} aria-label={t('patients.merge.field')} />
              {[a, b].map((one) => (
                <Table.Th key={one.id}>
                  <Radio name="kept" label={t('patients.merge.keep')} checked={keptId === one.id} onChange={() => setKept(one.id)} />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {left.map(([label, value], index) => {
              const other = right[index]?.[1] ?? ''
              return (
                <Table.Tr key={label} fw={value === other ? 400 : 600}>
                  <Table.Th>{label} {value === other ? null : <Text span size="xs" c="dimmed">{t('patients.merge.differs')}</Text>}</Table.Th>
                  <Table.Td><bdi>{value || '–'}</bdi></Table.Td>
                  <Table.Td><bdi>{other || '–'}</bdi></Table.Td>
                </Table.Tr>
              )
            })}
            <Table.Tr>
              <Table.Th>{t('patients.field.registeredAt')}</Table.Th>
              <Table.Td><When at={a.registeredAt} /></Table.Td>
              <Table.Td><When at={b.registeredAt} /></Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Alert variant="outline" my="md">{t('patients.merge.explain', { gone: `${fullName(gone)} (${gone.mrn})`, kept: `${fullName(kept)} (${kept.mrn})` })}</Alert>
      <TextInput label={t('common.reason')} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <Group justify="end" mt="md">
        <Button variant="default" loading={dismiss.isPending} onClick={() => dismiss.mutate(undefined)}>{t('patients.merge.twoPeople')}</Button>
        <Button loading={merge.isPending} onClick={() => merge.mutate(undefined)}>{t('patients.merge.go')}</Button>
      </Group>
    </Section>
  )
}

export function MergePage() {
  const t = useText()
  const a = useQuery(patientQuery(usePathParam('a')))
  const b = useQuery(patientQuery(usePathParam('b')))
  return (
    <Page title={t('patients.merge.title')} crumbs={[{ label: t('patients.duplicates.title'), path: '/patients/duplicates' }]}>
      <Loaded query={a}>{(first) => <Loaded query={b}>{(second) => <Compare key={first.id + second.id} a={first} b={second} />}</Loaded>}</Loaded>
    </Page>
  )
}
