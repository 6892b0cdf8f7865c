import { useRef, useState } from 'react'
import { Alert, Button, Grid, Group, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Money } from '../../../ui/money.tsx'
import { Empty } from '../../../ui/states.tsx'
import { ShiftChip } from '../../billing/public.tsx'
import { ItemSearch, StoreSelect, type Taken, useStores, usualStore } from '../../inventory/public.tsx'
import { openAlerts, overridesOf, SafetyAlerts } from '../../medications/public.tsx'
import { Basket, type BasketLine, owesReason } from '../parts/basket.tsx'
import { useCounterKeys } from '../parts/counter-keys.ts'
import { buyerBody, Customer, nobody } from '../parts/customer.tsx'
import { discountOf, saysDiscount } from '../parts/discount.ts'
import { Refused, useSafety } from '../parts/safety.tsx'
import { Till } from '../parts/till.tsx'
import { api, printReceipt, touched, type Sale } from '../queries.ts'

/** Scans of one thing are one line of more. */
function added(lines: readonly BasketLine[], taken: Taken, key: number): BasketLine[] {
  const same = lines.find((line) => line.item.id === taken.item.id && line.unit === taken.unit && line.batch === taken.batch && line.expiresOn === taken.expiresOn)
  return same === undefined ? [...lines, { ...taken, key, quantity: '1', reason: '', discount: '' }] : lines.map((line) => (line === same ? { ...line, quantity: String(Number(line.quantity) + 1) } : line))
}

/** A line as the server takes it: a scanned batch is the lot that is sold. */
const lineBody = (line: BasketLine, currency: string) => ({
  itemId: line.item.id, quantity: line.quantity, unit: line.unit, ...(line.batch === '' ? {} : { batch: line.batch }), ...(line.batch === '' || line.expiresOn === '' ? {} : { expiresOn: line.expiresOn }), ...(line.reason.trim() === '' ? {} : { reason: line.reason.trim() }), ...discountOf(line.discount, currency),
})

function Done({ sale }: { sale: Sale }) {
  const t = useText()
  return (
    <Alert color="river" variant="outline" role="status">
      <Group justify="space-between"><Text size="sm">{t('pharmacy.counter.sold', { number: sale.number })} <Money value={sale.total} /></Text><Button size="compact-sm" variant="default" onClick={() => void printReceipt(sale.id)}>{t('pharmacy.receipt')}</Button></Group>
    </Alert>
  )
}

/** The counter: scan, sum, pay, receipt; without the mouse. */
export function CounterPage() {
  const t = useText()
  const { facility } = useAuth()
  const stores = useStores()
  const [chosen, setStore] = useState('')
  const [lines, setLines] = useState<BasketLine[]>([])
  const [buyer, setBuyer] = useState(nobody)
  const [round, setRound] = useState(0)
  const next = useRef(0)
  const scan = useRef<HTMLDivElement>(null)
  const till = useRef<HTMLFormElement>(null)
  useCounterKeys({ scan, till })
  const storeId = chosen === '' ? usualStore(stores, 'pharmacy') : chosen
  const isControlled = lines.some((line) => line.item.controlledClass !== '')
  const currency = facility?.currency ?? 'INR'
  const body = { storeId, ...buyerBody(buyer), ...discountOf(buyer.discount, currency), lines: lines.map((line) => lineBody(line, currency)) }
  const [text] = useDebouncedValue(JSON.stringify(body), 150)
  const asked: typeof body = JSON.parse(text)
  const isReady = storeId !== '' && [buyer, ...lines].every((one) => saysDiscount(one.discount)) && asked.lines.length > 0 && asked.lines.every((line) => /^\d+(\.\d{1,3})?$/.test(line.quantity) && Number(line.quantity) > 0)
  const quote = useQuery({ queryKey: ['pharmacy', 'quote', text], queryFn: () => api.quoteSale({ body: asked }), enabled: isReady, retry: false, staleTime: 0, placeholderData: keepPreviousData })
  const safety = useSafety(buyer.patientId, lines)
  const [reasons, setReasons] = useState<Record<string, string>>({})
  const sell = useWrite((payments: Parameters<typeof api.sell>[0]['body']['payments']) => api.sell({ body: { ...body, payments, ...(safety.mayJudge ? { overrides: overridesOf(safety.alerts, reasons) } : {}) } }), {
    invalidate: touched,
    onDone: () => {
      setLines([])
      setBuyer(nobody)
      setReasons({})
      setRound(round + 1)
    },
  })
  const errors = problemToFields(t, quote.error)
  const current = lines.length > 0 && isReady && !quote.isError ? quote.data : undefined
  const isOld = quote.isFetching || text !== JSON.stringify(body)
  const isBlocked = safety.isPending || openAlerts(safety.alerts, reasons).length > 0 || (current !== undefined && owesReason(lines, current))
  return (
    <Page title={t('pharmacy.counter')} actions={<><ShiftChip /><StoreSelect value={storeId} onChange={setStore} /></>}>
      {sell.data === undefined || lines.length > 0 ? null : <Done sale={sell.data} />}
      <Grid gap="md" align="start">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Section>
            <Stack>
              <div ref={scan}><ItemSearch key={round} isFocused label={t('pharmacy.counter.scan')} onTake={(taken) => { next.current += 1; setLines((before) => added(before, taken, next.current)) }} /></div>
              <Basket lines={lines} quote={current} errors={errors} onChange={setLines} />
              {quote.isError && lines.length > 0 ? <Alert color="red" variant="outline" role="alert">{errorText(t, quote.error)}</Alert> : null}
              {lines.length === 0 ? null : <Customer key={`customer${round}`} buyer={buyer} isControlled={isControlled} errors={errors} onChange={setBuyer} />}
              {safety.mayJudge ? <SafetyAlerts alerts={safety.alerts} reasons={reasons} onReason={(key, reason) => setReasons({ ...reasons, [key]: reason })} /> : null}
              <Refused error={sell.error} />
            </Stack>
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Section>{current === undefined ? <Empty title={t('pharmacy.counter.nothing')} hint={t('pharmacy.counter.hint')} /> : <Till ref={till} key={round} quote={current} isPending={sell.isPending} isOld={isOld || isBlocked} onSell={(payments) => sell.mutate(payments)} />}</Section>
        </Grid.Col>
      </Grid>
    </Page>
  )
}
