import { Button } from '@mantine/core'
import { IconCashRegister } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { currentShiftQuery } from '../shift-queries.ts'

/** The till one has, where money is taken: what is paid joins its shift. Without one it says so, in amber where cash would be refused. */
export function ShiftChip() {
  const t = useText()
  const { can, facilityId } = useAuth()
  const { data } = useQuery({ ...currentShiftQuery(facilityId), enabled: facilityId !== '' && can('billing.shift') })
  if (data === undefined || !can('billing.shift')) return null
  const { shift } = data
  const isTaking = shift?.state === 'open' && shift.facilityId === facilityId
  return (
    <Button component={Link} to={shift === null ? '/billing/shifts' : `/billing/shifts/${shift.id}`} variant={isTaking || !data.isShiftRequired ? 'default' : 'light'} color={isTaking || !data.isShiftRequired ? 'river' : 'orange'} leftSection={<IconCashRegister size={16} aria-hidden />}>
      {shift === null ? t('billing.shift.none') : <><bdi>{shift.till}</bdi>{isTaking ? null : <>: {t(`billing.shift.state.${shift.state}`)}</>}</>}
    </Button>
  )
}
