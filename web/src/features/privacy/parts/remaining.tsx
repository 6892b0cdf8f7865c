import { useEffect, useState } from 'react'
import { Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'

const minute = 60_000

/** How long there is left to a moment, kept current; past it, how long ago. */
export function Remaining({ until }: { until: string }) {
  const t = useText()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minute)
    return () => clearInterval(timer)
  }, [])
  const left = Date.parse(until) - now
  const hours = Math.floor(Math.abs(left) / (60 * minute))
  const span = hours >= 96 ? t('privacy.days', { count: Math.floor(hours / 24) }) : hours >= 1 ? t('privacy.hours', { count: hours }) : t('privacy.minutes', { count: Math.floor(Math.abs(left) / minute) })
  return <Text span inherit fw={left < 0 ? 600 : 400} className="figures">{t(left < 0 ? 'privacy.overdueBy' : 'privacy.left', { span })}</Text>
}
