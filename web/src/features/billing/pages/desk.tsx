import { Button, Grid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { Empty, Failed, Loaded, Loading } from '../../../ui/states.tsx'
import { BillList, BillRow } from '../parts/bill-list.tsx'
import { BillView } from '../parts/bill-view.tsx'
import { Deposits } from '../parts/deposits.tsx'
import { OpenCharges } from '../parts/open-charges.tsx'
import { ShiftChip } from '../parts/shift-chip.tsx'
import { ServiceSearch } from '../parts/service-search.tsx'
import { Unbilled } from '../parts/unbilled.tsx'
import { usePlace } from '../place.ts'
import { api, openBillsQuery, touched, visitQuery, type Invoice } from '../queries.ts'

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

/** What is known of the patient: not billed yet, earlier bills, deposits. */
function OfPatient({ patientId, encounterId }: { patientId: string; encounterId: string | undefined }) {
  const t = useText()
  const { go } = usePlace()
  const here = { patientId, ...(encounterId === undefined ? {} : { encounterId }) }
  return (
    <>
      <Section title={t('billing.charges.open')} actions={encounterId === undefined ? null : <Button size="compact-xs" variant="subtle" onClick={() => go({ patientId })}>{t('billing.allVisits')}</Button>}>
        <OpenCharges filter={encounterId === undefined ? { patientId } : { encounterId }} onBill={(bill) => go({ ...here, bill })} />
      </Section>
      <Section title={t('billing.bills.title')}><BillList filter={{ patientId }} onOpen={(bill) => go({ ...here, bill: bill.id })} /></Section>
      <Section title={t('billing.deposit.title')}><Deposits patientId={patientId} /></Section>
    </>
  )
}

function WaitingAll() {
  const { go } = usePlace()
  const open = (bill: Invoice) => go({ patientId: bill.patientId, bill: bill.id })
  return (
    <>
      <Unbilled onOpen={(charge) => go({ patientId: charge.patientId, ...(charge.encounterId === null ? {} : { encounterId: charge.encounterId }) })} />
      <Waiting state="issued" onOpen={open} />
      <Waiting state="part-paid" onOpen={open} />
      <Waiting state="draft" onOpen={open} />
    </>
  )
}

/** The cashier's desk on one screen: who, what is owed, what is paid. */
export function DeskPage() {
  const t = useText()
  const { can } = useAuth()
  const { patientId: patientParam, encounterId, bill: billId, go } = usePlace()
  const visit = useQuery({ ...visitQuery(encounterId ?? ''), enabled: encounterId !== undefined && patientParam === undefined })
  const patientId = patientParam ?? visit.data?.patientId ?? ''
  const patient = useQuery({ ...patientQuery(patientId), enabled: patientId !== '' })
  return (
    <>
      {patientId === '' ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('billing.desk')} actions={<ShiftChip />} patient={patientId === '' ? undefined : patient.data}>
        <Grid gap="md" align="start">
          <Grid.Col span={{ base: 12, lg: 4 }} order={{ base: billId === undefined ? 1 : 2, lg: 1 }}>
            <Stack gap="md">
              <Section><PatientPicker label={t('common.patient')} value={patientId} onChange={(id) => go(id === '' ? {} : { patientId: id })} /></Section>
              {visit.isError ? <Failed error={visit.error} retry={() => void visit.refetch()} /> : null}
              {visit.isLoading ? <Loading rows={6} /> : null}
              {patientId === '' ? (encounterId === undefined ? <WaitingAll /> : null) : <OfPatient patientId={patientId} encounterId={encounterId} />}
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 8 }} order={{ base: billId === undefined ? 2 : 1, lg: 2 }}>
            <Stack gap="md">
              {patientId !== '' && can('billing.write') ? <Section><NewBill patientId={patientId} onBill={(bill) => go({ patientId, bill })} /></Section> : null}
              {billId === undefined ? <Section><Empty title={t('billing.nothingChosen')} hint={t(patientId === '' ? 'billing.choosePatient' : 'billing.chooseBill')} /></Section> : <BillView key={billId} id={billId} />}
            </Stack>
          </Grid.Col>
        </Grid>
      </Page>
    </>
  )
}
