import { useState } from 'react'
import { Anchor, Button, SimpleGrid, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, relationsQuery } from '../queries.ts'

const empty = { relatedPatientId: '', name: '', relation: '', phone: '' }

function AddRelation({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: empty,
    submit: ({ relatedPatientId, ...values }: typeof empty) => api.addRelation({ params: { id: patientId }, body: { ...values, ...(relatedPatientId === '' ? {} : { relatedPatientId }) } }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['patients', patientId, 'relations'] })
      onClose()
    },
  })
  const set = form.fields.getInputProps
  return (
    <Form form={form} submitLabel={t('common.add')} cancel={onClose} labels={{ relation: t('patients.relation.relation') }}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('patients.relation.relation')} description={t('patients.relation.hint')} withAsterisk autoFocus autoComplete="off" {...set('relation')} />
        <PatientPicker label={t('patients.relation.patient')} value={form.fields.values.relatedPatientId} onChange={(id) => form.fields.setFieldValue('relatedPatientId', id)} />
        <TextInput label={t('common.name')} autoComplete="off" {...set('name')} />
        <TextInput label={t('common.phone')} type="tel" inputMode="tel" dir="ltr" autoComplete="off" {...set('phone')} />
      </SimpleGrid>
    </Form>
  )
}

/** Family and bystanders. */
export function Relations({ patientId }: { patientId: string }) {
  const t = useText()
  const [isAdding, setAdding] = useState(false)
  const query = useQuery(relationsQuery(patientId))
  const add = <Can permission="patients.write"><Button size="xs" variant="default" onClick={() => setAdding(true)}>{t('common.add')}</Button></Can>
  return (
    <Section title={t('patients.relation.title')} actions={add}>
      {isAdding ? <AddRelation patientId={patientId} onClose={() => setAdding(false)} /> : null}
      <Loaded query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('patients.relation.empty')}
            </Text>
          ) : (
            <Table>
              <Table.Tbody>
                {items.map((item) => (
                  <Table.Tr key={item.id}>
                    <Table.Td>{item.relation}</Table.Td>
                    <Table.Td>{item.relatedPatientId === null ? <bdi>{item.name}</bdi> : <Anchor component={Link} to={`/patients/${item.relatedPatientId}`} size="sm"><bdi>{item.name || t('patients.relation.open')}</bdi></Anchor>}</Table.Td>
                    <Table.Td><bdi dir="ltr">{item.phone}</bdi></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Section>
  )
}
