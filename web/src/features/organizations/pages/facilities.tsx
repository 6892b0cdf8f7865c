import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { api, type Facility } from '../queries.ts'

export function FacilitiesPage() {
  const t = useText()
  const columns = [
    { key: 'name', label: t('common.name'), render: (row: Facility) => row.name },
    { key: 'code', label: t('organizations.facility.code'), render: (row: Facility) => row.code },
    { key: 'timeZone', label: t('organizations.facility.timeZone'), render: (row: Facility) => row.timeZone },
    { key: 'currency', label: t('organizations.facility.currency'), render: (row: Facility) => row.currency },
    { key: 'phone', label: t('common.phone'), render: (row: Facility) => row.phone },
    { key: 'taxNumber', label: t('organizations.facility.taxNumber'), render: (row: Facility) => row.taxNumber, isHidden: true },
  ]
  const add = (
    <Can permission="organizations.write">
      <Button component={Link} to="/facilities/new" leftSection={<IconPlus size={16} />}>
        {t('organizations.facilities.add')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('organizations.facilities.title')} actions={add}>
      <DataTable name="facilities" queryKey={['organizations', 'facilities']} load={({ cursor, limit, signal }) => api.listFacilities({ query: { cursor, limit }, signal })} columns={columns} rowId={(row) => row.id} rowPath={(row) => `/facilities/${row.id}`} empty={{ title: t('organizations.facilities.empty') }} />
    </Page>
  )
}
