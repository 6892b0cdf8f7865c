import { Button, Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { BillList } from './bill-list.tsx'
import { OpenCharges } from './open-charges.tsx'

/** What the visit costs so far, and its bills. */
export function BillPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const go = useGo()
  return (
    <Stack gap="sm">
      <OpenCharges filter={{ encounterId: encounter.id }} />
      <BillList filter={{ encounterId: encounter.id }} onOpen={(bill) => go(`/billing/invoices/${bill.id}`)} />
      <Can permission="billing.write">
        <Button component={Link} to={`/billing?encounterId=${encounter.id}`} variant="default">{t('billing.toDesk')}</Button>
      </Can>
    </Stack>
  )
}
