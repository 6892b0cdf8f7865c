import { Button, Drawer, Menu, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconDotsVertical, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { unitText } from '#contract/common/units.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { saveBlob } from '../../../ui/csv.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { ImportTests, LabSettings, NewTest } from '../parts/catalogue-forms.tsx'
import { api, type LabTest } from '../queries.ts'

type Open = 'new' | 'import' | 'settings'

/** What is done with the catalogue as a whole. */
function CatalogueActions({ onOpen }: { onOpen: (open: Open) => void }) {
  const t = useText()
  const { can } = useAuth()
  const save = useWrite(async () => saveBlob('lab-tests.csv', await api.exportTests({})))
  const starter = useWrite(() => api.addStarter({ body: {} }), { invalidate: [['laboratory', 'tests']], done: t('laboratory.tests.started') })
  if (!can('laboratory.catalogue')) return <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.tests.csv')}</Button>
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><Button variant="default" loading={save.isPending || starter.isPending} rightSection={<IconDotsVertical size={16} aria-hidden />}>{t('laboratory.tests.more')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onOpen('import')}>{t('laboratory.tests.import')}</Menu.Item>
          <Menu.Item onClick={() => save.mutate(undefined)}>{t('laboratory.tests.csv')}</Menu.Item>
          <Menu.Item onClick={() => starter.mutate(undefined)}>{t('laboratory.tests.starter')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => onOpen('settings')}>{t('laboratory.settings.title')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button onClick={() => onOpen('new')}>{t('laboratory.tests.add')}</Button>
    </>
  )
}

/** The catalogue of the laboratory. */
export function TestsPage() {
  const t = useText()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const filter = search === '' ? {} : { search }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listTests({ query: { ...filter, cursor, limit }, signal })
  const starter = useWrite(() => api.addStarter({ body: {} }), { invalidate: [['laboratory', 'tests']], done: t('laboratory.tests.started') })
  const go = useGo()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const start = <Can permission="laboratory.catalogue"><Button variant="default" loading={starter.isPending} onClick={() => starter.mutate(undefined)}>{t('laboratory.tests.starter')}</Button></Can>
  return (
    <Page title={t('laboratory.tests.title')} actions={<CatalogueActions onOpen={setOpen} />}>
      <DataTable
        name="lab-tests" queryKey={['laboratory', 'tests', filter]} load={load} rowId={(row: LabTest) => row.id} rowPath={(row) => `/laboratory/tests/${row.id}`} empty={{ title: t('laboratory.tests.empty'), hint: t('laboratory.tests.emptyHint'), action: start }}
        toolbar={<TextInput w={260} aria-label={t('common.search')} placeholder={t('orders.basket.testHint')} leftSection={<IconSearch size={16} aria-hidden />} maxLength={120} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
        columns={[
          { key: 'code', label: t('laboratory.code'), render: (row) => <bdi>{row.code}</bdi> },
          { key: 'name', label: t('common.name'), render: (row) => (row.isActive ? <bdi>{row.name}</bdi> : <><bdi>{row.name}</bdi> <StateBadge label={t('common.inactive')} tone="warn" /></>) },
          { key: 'kind', label: t('laboratory.kind'), render: (row) => t(`laboratory.kind.${row.kind}`) },
          { key: 'bench', label: t('laboratory.bench'), render: (row) => t(`laboratory.bench.${row.bench}`) },
          { key: 'specimen', label: t('laboratory.specimen.container'), render: (row) => [row.specimenType, row.container].join(' · ') },
          { key: 'unit', label: t('laboratory.unit'), render: (row) => <bdi dir="ltr">{unitText(row.unit) || '–'}</bdi> },
          { key: 'price', label: t('laboratory.tests.price'), render: (row) => (row.serviceId === null ? <StateBadge label={t('laboratory.tests.noPrice')} tone="warn" /> : t('laboratory.tests.priced')) },
          { key: 'loinc', label: 'LOINC', render: (row) => row.loinc || '–' },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" size={open === 'new' ? 'lg' : 'md'} title={open === undefined ? '' : t(open === 'new' ? 'laboratory.tests.add' : open === 'import' ? 'laboratory.tests.import' : 'laboratory.settings.title')}>
        {open === 'new' ? <NewTest onMade={(test) => go(`/laboratory/tests/${test.id}`)} onCancel={close} /> : null}
        {open === 'import' ? <ImportTests onDone={close} /> : null}
        {open === 'settings' ? <LabSettings onDone={close} /> : null}
      </Drawer>
    </Page>
  )
}
