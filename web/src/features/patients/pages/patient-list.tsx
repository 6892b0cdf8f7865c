import { useState } from 'react'
import { Button, Collapse, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFilter, IconSearch, IconUserPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { PatientSummary } from '#contract/patients.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { fullName, useAgeText } from '../../../ui/patient-banner.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { useCriteria } from '../criteria.ts'
import { ChosenBar } from '../parts/chosen-bar.tsx'
import { CriteriaPanel } from '../parts/criteria-panel.tsx'
import { CriteriaPills } from '../parts/criteria-pills.tsx'
import { ExportButton } from '../parts/export-button.tsx'
import { RecentPatients } from '../parts/recent-patients.tsx'
import { SavedSearches } from '../parts/saved-searches.tsx'
import { finding } from '../queries.ts'

const leastLetters = 2

function useColumns(): Column<PatientSummary>[] {
  const t = useText()
  const format = useFormat()
  const ageText = useAgeText()
  return [
    { key: 'name', label: t('common.name'), render: (row) => <bdi>{fullName(row)}</bdi>, csv: fullName },
    { key: 'mrn', label: t('patients.field.mrn'), render: (row) => <bdi className="whole">{row.mrn}</bdi>, csv: (row) => row.mrn },
    { key: 'localName', label: t('patients.field.localName'), render: (row) => <bdi>{row.localName}</bdi>, csv: (row) => row.localName, isHidden: true },
    { key: 'age', label: t('patients.field.age'), render: (row) => <bdi className="whole">{row.age === null ? '' : ageText(row.age)}</bdi>, csv: (row) => row.ageText, align: 'end' },
    { key: 'sex', label: t('patients.field.sex'), render: (row) => t(`patients.sex.${row.sex}`) },
    { key: 'birthDate', label: t('patients.field.birthDate'), render: (row) => <When at={row.birthDate} isDayOnly />, csv: (row) => format.day(row.birthDate), isHidden: true },
    { key: 'phone', label: t('common.phone'), render: (row) => <bdi dir="ltr">{row.phone}</bdi>, csv: (row) => row.phone },
    { key: 'state', label: t('common.state'), render: (row) => (row.isDeceased ? <StateBadge label={t('patients.deceased')} /> : row.mergedInto !== null ? <StateBadge label={t('patients.merged')} tone="info" /> : ''), csv: (row) => (row.isDeceased ? t('patients.deceased') : '') },
  ]
}

export function PatientListPage() {
  const t = useText()
  const { can } = useAuth()
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 250)
  const [isOpen, setOpen] = useState(false)
  const [chosen, setChosen] = useState<PatientSummary[]>([])
  const { criteria, set } = useCriteria()
  const count = Object.keys(criteria).length
  const show = (next: typeof criteria) => {
    set(next)
    setOpen(false)
  }
  const isSearch = wanted.length >= leastLetters
  const load = ({ cursor, limit, sort, signal }: PageRequest) => finding.find({ body: { ...criteria, ...(isSearch ? { text: wanted } : { limit, ...(cursor === undefined ? {} : { cursor }), ...(sort === 'registeredAt' ? { sort } : {}) }) }, signal })
  const register = <Can permission="patients.write"><Button component={Link} to="/patients/new" leftSection={<IconUserPlus size={16} />}>{t('patients.register.title')}</Button></Can>
  const search = <TextInput type="search" flex={1} miw={200} maw={420} aria-label={t('patients.search.label')} placeholder={t('patients.search.placeholder')} leftSection={<IconSearch size={16} />} value={text} onChange={(event) => setText(event.currentTarget.value)} autoComplete="off" />
  const filter = <Button variant="default" leftSection={<IconFilter size={16} aria-hidden />} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{count === 0 ? t('patients.criteria.title') : t('patients.criteria.count', { count })}</Button>
  return (
    <Page title={t('patients.title')} actions={<><ExportButton name="patients" load={() => finding.exportPatients({ body: criteria })} />{register}</>}>
      <RecentPatients />
      <Collapse expanded={isOpen}>{isOpen ? <CriteriaPanel key={JSON.stringify(criteria)} criteria={criteria} onShow={show} /> : null}</Collapse>
      <CriteriaPills criteria={criteria} onChange={set} />
      <ChosenBar patientIds={chosen.map((one) => one.id)} onClear={() => setChosen([])} />
      <DataTable
        saves="page" name="patients" queryKey={['patients', 'list', { wanted: isSearch ? wanted : '', criteria }]} load={load} columns={useColumns()} rowId={(row) => row.id} rowPath={(row) => `/patients/${row.id}`}
        toolbar={<>{search}{filter}<SavedSearches criteria={criteria} onTake={set} /></>}
        {...(can('patients.clean') ? { selection: { rows: chosen, onChange: setChosen, label: (row: PatientSummary) => t('patients.chosen.one', { name: fullName(row) }) } } : {})}
        empty={isSearch || count > 0 ? { title: t('patients.search.none'), hint: t(count > 0 ? 'patients.criteria.noneHint' : 'patients.search.noneHint') } : { title: t('patients.empty'), hint: t('patients.emptyHint'), action: register }}
      />
    </Page>
  )
}
