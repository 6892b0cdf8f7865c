import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { openBlob } from '../../../kernel/api.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { api, type LabTest } from '../queries.ts'

/** The catalogue of the laboratory. */
export function TestsPage() {
  const t = useText()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const filter = search === '' ? {} : { search }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listTests({ query: { ...filter, cursor, limit }, signal })
  const starter = useWrite(() => api.addStarter({ body: {} }), { invalidate: [['laboratory', 'tests']], done: t('laboratory.tests.started') })
  const save = useWrite(async () => openBlob(await api.exportTests({})))
  const start = <Can permission="laboratory.catalogue"><Button variant="default" loading={starter.isPending} onClick={() => starter.mutate(undefined)}>{t('laboratory.tests.starter')}</Button></Can>
  return (
    <Page title={t('laboratory.tests.title')} actions={<><Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.tests.csv')}</Button>{start}</>}>
      <DataTable
        name="lab-tests" queryKey={['laboratory', 'tests', filter]} load={load} rowId={(row: LabTest) => row.id} rowPath={(row) => `/laboratory/tests/${row.id}`} empty={{ title: t('laboratory.tests.empty'), hint: t('laboratory.tests.emptyHint'), action: start }}
        toolbar={<TextInput w={260} aria-label={t('common.search')} placeholder={t('orders.basket.testHint')} leftSection={<IconSearch size={16} aria-hidden />} maxLength={120} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
        columns={[
          { key: 'code', label: t('laboratory.code'), render: (row) => <bdi>{row.code}</bdi> },
          { key: 'name', label: t('common.name'), render: (row) => row.name },
          { key: 'kind', label: t('laboratory.kind'), render: (row) => t(`laboratory.kind.${row.kind}`) },
          { key: 'bench', label: t('laboratory.bench'), render: (row) => row.bench },
          { key: 'specimen', label: t('laboratory.specimen.container'), render: (row) => [row.specimenType, row.container].join(' · ') },
          { key: 'unit', label: t('laboratory.unit'), render: (row) => <bdi dir="ltr">{row.unit}</bdi> },
          { key: 'loinc', label: 'LOINC', render: (row) => row.loinc || '–' },
        ]}
      />
    </Page>
  )
}
