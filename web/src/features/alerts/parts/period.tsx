import { TextInput } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'

/** A period of the facility's days, this month to begin with; undefined while it is not said well. */
export function usePeriod() {
  const format = useFormat()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const [from, to] = [fromParam ?? `${today.slice(0, 7)}-01`, toParam ?? today]
  const isValid = from !== '' && to !== '' && from <= to
  return { from, to, setFrom, setTo, span: isValid ? { from: format.instant(from, '00:00'), to: format.instant(to, '23:59') } : undefined }
}

export function PeriodFields({ from, to, setFrom, setTo }: ReturnType<typeof usePeriod>) {
  const t = useText()
  return (
    <>
      <TextInput type="date" label={t('alerts.times.from')} value={from} max={to} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" label={t('alerts.times.to')} value={to} min={from} onChange={(event) => setTo(event.currentTarget.value)} />
    </>
  )
}
