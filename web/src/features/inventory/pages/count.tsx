import { Button, Group, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { CountSheet } from '../parts/count-sheet.tsx'
import { CountState } from '../parts/transfer-state.tsx'
import { api, countQuery, touched } from '../queries.ts'

/** One stock take: the sheet, then the differences and their approval. */
export function CountPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(countQuery(id))
  return (
    <Page title={query.data?.number ?? t('inventory.count')} crumbs={[{ label: t('inventory.counts'), path: '/stock/counts' }]} actions={<Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => void api.printCount({ params: { id } }).then(openBlob)}>{t('inventory.count.print')}</Button>}>
      <Loaded query={query}>
        {(count) => {
          const common = { params: { id: count.id }, ifMatch: count.version }
          const steps = [{ step: 'finish', label: t('inventory.count.finish'), isPrimary: true, run: () => api.finishCount({ ...common, body: {} }) }, { step: 'approve', label: t('inventory.count.approve'), isPrimary: true, confirm: t('inventory.count.approveConfirm'), run: () => api.approveCount({ ...common, body: {} }) }, { step: 'cancel', label: t('common.cancel'), needsReason: true, isDangerous: true, run: (reason: string) => api.cancelCount({ ...common, body: { reason } }) }]
          return (
            <Section>
              <Group justify="space-between" mb="sm"><Group><CountState state={count.state} /><Text size="sm"><bdi>{count.storeName}</bdi></Text></Group><LifecycleButtons actions={count.actions} steps={steps} invalidate={touched} /></Group>
              <CountSheet key={count.version} count={count} />
            </Section>
          )
        }}
      </Loaded>
    </Page>
  )
}
