import { Grid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { BillList, BillRow } from '../parts/bill-list.tsx'
import { BillView } from '../parts/bill-view.tsx'
import { Deposits } from '../parts/deposits.tsx'
import { OpenCharges } from '../parts/open-charges.tsx'
import { ServiceSearch } from '../parts/service-search.tsx'
import { api, openBillsQuery, touched, type Invoice } from '../queries.ts'

function Waiting({ state, onOpen }: { state: 'draft' | 'issued' | 'part-paid'; onOpen: (bill: Invoice) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery(openBillsQuery(facilityId, state))
  return (
    <Section title={t(`billing.waiting.${state}`)}>
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('billing.bills.empty')}</Text> : <Stack gap={0}>{items.map((bill) => <BillRow key={bill.id} bill={bill} hasPatient onOpen={onOpen} />)}</Stack>)}</Loaded>
    </Section>
  )
}

/** A bill without a visit begins with its first service. */
function NewBill({ patientId, onBill }: { patientId: string; onBill: (id: string) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const draft = useWrite((serviceId: string) => api.draftInvoice({ body: { patientId, facilityId, lines: [{ serviceId, quantity: '1' }] } }), { invalidate: touched, onDone: (bill) => onBill(bill.id) })
  return <ServiceSearch label={t('billing.newBill')} onTake={(service) => draft.mutate(service.id)} />
}

/** The cashier's desk on one screen: who, what is owed, what is paid. */
export function DeskPage() {
  const t = useText()
  const { can } = useAuth()
  const [patientParam, setPatient] = useSearchParam('patientId')
  const [billId, setBill] = useSearchParam('bill')
  const patientId = patientParam ?? ''
  const open = (bill: Invoice) => {
    setPatient(bill.patientId)
    setTimeout(() => setBill(bill.id))
  }
  const choose = (id: string) => {
    setPatient(id)
    setTimeout(() => setBill(undefined))
  }
  return (
    <>
      {patientId === '' ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('billing.desk')}>
        <Grid gap="md" align="start">
          <Grid.Col span={{ base: 12, lg: 4 }} order={{ base: billId === undefined ? 1 : 2, lg: 1 }}>
            <Stack gap="md">
              <Section><PatientPicker label={t('common.patient')} value={patientId} onChange={choose} /></Section>
              {patientId === '' ? (
                <>
                  <Waiting state="issued" onOpen={open} />
                  <Waiting state="part-paid" onOpen={open} />
                  <Waiting state="draft" onOpen={open} />
                </>
              ) : (
                <>
                  <Section title={t('billing.charges.open')}><OpenCharges filter={{ patientId }} onBill={setBill} /></Section>
                  <Section title={t('billing.bills.title')}><BillList filter={{ patientId }} onOpen={(bill) => setBill(bill.id)} /></Section>
                  <Section title={t('billing.deposit.title')}><Deposits patientId={patientId} /></Section>
                </>
              )}
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 8 }} order={{ base: billId === undefined ? 2 : 1, lg: 2 }}>
            <Stack gap="md">
              {patientId !== '' && can('billing.write') ? <Section><NewBill patientId={patientId} onBill={setBill} /></Section> : null}
              {billId === undefined ? <Section><Empty title={t('billing.nothingChosen')} hint={t(patientId === '' ? 'billing.choosePatient' : 'billing.chooseBill')} /></Section> : <BillView key={billId} id={billId} />}
            </Stack>
          </Grid.Col>
        </Grid>
      </Page>
    </>
  )
}
