import { useState } from 'react'
import { Button, Drawer, FileInput, Select, Switch, TextInput } from '@mantine/core'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { api, touched, type InteractionList } from '../queries.ts'

interface Values extends Record<string, unknown> {
  name: string
  listVersion: string
  source: string
  severity: string
  kind: string
  file: File | null
}

const kinds = ['interactions', 'contraindications'] as const
const severities = ['stop', 'warn', 'inform'] as const

function ListForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const form = useAppForm<Values, InteractionList>({
    initialValues: { name: '', listVersion: '1', source: '', severity: 'warn', kind: 'interactions', file: null },
    submit: (values) => {
      const body = new FormData()
      for (const key of ['name', 'listVersion', 'source', 'severity', 'kind'] as const) body.set(key, values[key])
      if (values.file !== null) body.append('file', values.file)
      return api.loadInteractions({ form: body })
    },
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['safety'] })
      onClose()
    },
  })
  const { getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('safety.list.load')} cancel={onClose}>
      <Select label={t('safety.list.kind')} allowDeselect={false} data={kinds.map((value) => ({ value, label: t(`safety.list.kind.${value}`) }))} {...getInputProps('kind')} />
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <TextInput label={t('safety.list.version')} maxLength={60} {...getInputProps('listVersion')} />
      <TextInput label={t('safety.source')} maxLength={300} {...getInputProps('source')} />
      <Select label={t('safety.severity')} description={t('safety.list.severityHint')} allowDeselect={false} data={severities.map((value) => ({ value, label: t(`medications.severity.${value}`) }))} {...getInputProps('severity')} />
      <FileInput label={t('inventory.import.file')} description={t('safety.list.hint')} withAsterisk accept=".csv,.txt" {...getInputProps('file')} />
    </Form>
  )
}

/** The lists of interactions that are asked, each with its source and version. */
export function Lists() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const [isNew, setNew] = useState(false)
  const turn = useWrite((list: InteractionList) => (list.isActive ? api.retireList : api.activateList)({ params: { id: list.id }, body: {}, ifMatch: list.version }), { invalidate: touched })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listInteractionLists({ query: { cursor, limit }, signal })
  return (
    <Section title={t('safety.lists')} actions={<Can permission="safety.lists"><Button variant="default" onClick={() => setNew(true)}>{t('safety.list.load')}</Button></Can>}>
      <DataTable
        name="interaction-lists" queryKey={['safety', 'lists']} load={load} rowId={(row) => row.id} empty={{ title: t('safety.lists.none'), hint: t('safety.lists.hint') }}
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi> }, { key: 'kind', label: t('safety.list.kind'), render: (row) => t(`safety.list.kind.${row.kind}`) }, { key: 'version', label: t('safety.list.version'), render: (row) => row.listVersion }, { key: 'source', label: t('safety.source'), render: (row) => <bdi>{row.source}</bdi> },
          { key: 'pairs', label: t('safety.list.pairs'), align: 'end', render: (row) => format.number(row.pairs) }, { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} /> },
          { key: 'active', label: t('safety.list.used'), render: (row) => <Switch aria-label={`${t('safety.list.used')}: ${row.name}`} checked={row.isActive} disabled={!can('safety.lists') || turn.isPending} onChange={() => turn.mutate(row)} /> },
        ]}
      />
      <Drawer opened={isNew} onClose={() => setNew(false)} position="right" title={t('safety.list.load')}>{isNew ? <ListForm onClose={() => setNew(false)} /> : null}</Drawer>
    </Section>
  )
}
