import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { organizations } from '#contract/organizations.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { FacilityFields, useFacilityLabels } from '../parts/facility-fields.tsx'
import { emptyFacility, facilityPatch, facilityValues } from '../form.ts'
import { api, facilityQuery, type Facility } from '../queries.ts'

// A new facility is also one more to work in.
const refresh = () => Promise.all([['organizations', 'facilities'], ['me']].map((queryKey) => queryClient.invalidateQueries({ queryKey })))

export function NewFacilityPage() {
  const t = useText()
  const go = useGo()
  const done = (facility: Facility) => {
    void refresh()
    go(`/facilities/${facility.id}`)
  }
  const form = useAppForm({ initialValues: emptyFacility, schema: organizations.createFacility.body, submit: (body) => api.createFacility({ body }), done })
  return (
    <Page title={t('organizations.facilities.add')} crumbs={[{ label: t('organizations.facilities.title'), path: '/facilities' }]}>
      <Section>
        <Form form={form} submitLabel={t('organizations.facilities.add')} cancel={() => go('/facilities')} labels={useFacilityLabels()}>
          <FacilityFields fields={form.fields} isNew />
        </Form>
      </Section>
    </Page>
  )
}

function EditFacility({ facility }: { facility: Facility }) {
  const t = useText()
  const done = () => {
    void refresh()
    notifications.show({ message: t('common.saved') })
  }
  const form = useAppForm({ initialValues: facilityValues(facility), schema: organizations.updateFacility.body, toBody: facilityPatch, submit: (values) => api.updateFacility({ params: { id: facility.id }, body: facilityPatch(values), ifMatch: facility.version }), done })
  return (
    <Form form={form} submitLabel={t('common.save')} labels={useFacilityLabels()}>
      <FacilityFields fields={form.fields} isNew={false} />
    </Form>
  )
}

export function FacilityPage() {
  const t = useText()
  const query = useQuery(facilityQuery(usePathParam('id')))
  return (
    <Loaded query={query}>
      {(facility) => (
        <Page title={facility.name} crumbs={[{ label: t('organizations.facilities.title'), path: '/facilities' }]}>
          <Section>
            <EditFacility key={facility.version} facility={facility} />
          </Section>
        </Page>
      )}
    </Loaded>
  )
}
