import { useState } from 'react'
import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUserPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { sex as sexSchema, type PatientSummary } from '#contract/patients.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { fullName } from '../../../ui/patient-banner.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

const leastLetters = 2
const searchLimit = 50

function useColumns(): Column<PatientSummary>[] {
  const t = useText()
  const format = useFormat()
  return [
    { key: 'name', label: t('common.name'), render: (row) => <bdi>{fullName(row)}</bdi>, csv: fullName },
    { key: 'mrn', label: t('patients.field.mrn'), render: (row) => row.mrn },
    { key: 'localName', label: t('patients.field.localName'), render: (row) => <bdi>{row.localName}</bdi>, csv: (row) => row.localName, isHidden: true },
    { key: 'age', label: t('patients.field.age'), render: (row) => row.ageText, align: 'end' },
    { key: 'sex', label: t('patients.field.sex'), render: (row) => t(`patients.sex.${row.sex}`) },
    { key: 'birthDate', label: t('patients.field.birthDate'), render: (row) => <When at={row.birthDate} isDayOnly />, csv: (row) => format.day(row.birthDate), isHidden: true },
    { key: 'phone', label: t('common.phone'), render: (row) => <bdi dir="ltr">{row.phone}</bdi>, csv: (row) => row.phone },
    { key: 'state', label: t('common.state'), render: (row) => (row.isDeceased ? <StateBadge label={t('patients.deceased')} /> : row.mergedInto !== null ? <StateBadge label={t('patients.merged')} tone="info" /> : ''), csv: (row) => (row.isDeceased ? t('patients.deceased') : '') },
  ]
}

function SexFilter() {
  const t = useText()
  const [sex, setSex] = useSearchParam('sex')
  const data = [{ value: '', label: t('patients.filter.anySex') }, ...sexSchema.options.map((value) => ({ value, label: t(`patients.sex.${value}`) }))]
  return <Select size="sm" w={150} aria-label={t('patients.field.sex')} data={data} value={sex ?? ''} onChange={(value) => setSex(value ?? undefined)} />
}

export function PatientListPage() {
  const t = useText()
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 250)
  const [sexParam] = useSearchParam('sex')
  const sex = sexSchema.safeParse(sexParam).data
  const isSearch = wanted.length >= leastLetters
  const load = ({ cursor, limit, sort, signal }: PageRequest) =>
    isSearch ? api.search({ body: { text: wanted, limit: searchLimit }, signal }) : api.list({ query: { cursor, limit, ...(sort === 'registeredAt' ? { sort } : {}), ...(sex === undefined ? {} : { sex }) }, signal })
  const register = (
    <Can permission="patients.write">
      <Button component={Link} to="/patients/new" leftSection={<IconUserPlus size={16} />}>
        {t('patients.register.title')}
      </Button>
    </Can>
  )
  const search = <TextInput type="search" flex={1} miw={200} maw={420} aria-label={t('patients.search.label')} placeholder={t('patients.search.placeholder')} leftSection={<IconSearch size={16} />} value={text} onChange={(event) => setText(event.currentTarget.value)} autoComplete="off" />
  return (
    <Page title={t('patients.title')} actions={register}>
      <DataTable
        name="patients"
        queryKey={['patients', 'list', { wanted: isSearch ? wanted : '', sex }]}
        load={load}
        columns={useColumns()}
        rowId={(row) => row.id}
        rowPath={(row) => `/patients/${row.id}`}
        toolbar={<>{search}<SexFilter /></>}
        empty={isSearch ? { title: t('patients.search.none'), hint: t('patients.search.noneHint') } : { title: t('patients.empty'), hint: t('patients.emptyHint'), action: register }}
      />
    </Page>
  )
}
