import { Button } from '@mantine/core'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { download, toCsv } from '../../../ui/csv.ts'
import { StoreSelect } from '../public.tsx'
import type { api } from '../queries.ts'

/** Of which stores a report is: one that is chosen, else all of the facility one works in. */
export function useReportPlace() {
  const t = useText()
  const { facilityId } = useAuth()
  const [chosen, setStore] = useSearchParam('store')
  const storeId = chosen ?? ''
  const place = storeId === '' ? { facilityId } : { storeId }
  return { place, key: storeId === '' ? facilityId : storeId, filter: <StoreSelect none={t('inventory.print.allStores')} value={storeId} onChange={(id) => setStore(id === '' ? undefined : id)} /> }
}

export function PrintReport({ print }: { print: () => Promise<Blob> }) {
  const t = useText()
  const run = useWrite(print, { onDone: openBlob })
  return <Button size="xs" variant="default" leftSection={<IconPrinter size={14} aria-hidden />} loading={run.isPending} onClick={() => run.mutate(undefined)}>{t('common.print')}</Button>
}

/** The value by kind as a file: it is a page of its own, not a list. */
export function SaveValue({ report }: { report: Awaited<ReturnType<typeof api.valuation>> | undefined }) {
  const t = useText()
  const save = () => {
    if (report === undefined) return
    const rows = report.items.map((row) => [t(`inventory.kind.${row.kind}`), row.byLot.amount, row.atAverage.amount])
    download(`valuation-${report.on}.csv`, toCsv([[t('inventory.kind'), t('inventory.report.byLot'), t('inventory.report.atAverage')], ...rows, [t('common.total'), report.byLot.amount, report.atAverage.amount]]))
  }
  return <Button size="xs" variant="default" disabled={report === undefined} leftSection={<IconDownload size={14} aria-hidden />} onClick={save}>{t('inventory.lot.reachedCsv')}</Button>
}
