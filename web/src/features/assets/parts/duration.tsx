import { useText } from '../../../kernel/i18n.ts'

const [minutesOfHour, minutesOfDay] = [60, 1440]

/** Minutes as days and hours, hours and minutes, or minutes. */
export function Duration({ minutes }: { minutes: number }) {
  const t = useText()
  const [days, hours] = [Math.floor(minutes / minutesOfDay), Math.floor((minutes % minutesOfDay) / minutesOfHour)]
  if (days > 0) return <>{t('assets.duration.days', { days: String(days), hours: String(hours) })}</>
  if (hours > 0) return <>{t('assets.duration.hours', { hours: String(hours), minutes: String(minutes % minutesOfHour) })}</>
  return <>{t('assets.duration.minutes', { minutes: String(minutes) })}</>
}
