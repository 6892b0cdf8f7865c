import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { monthOf, useDayNames, weekdayOf, weekOf } from '../dates.ts'
import { moveInCalendar } from './calendar-keys.ts'
import type { Booked } from './layout.ts'
import styles from './calendar.module.css'

const mostLines = 3

/** Days of a month with what is booked; a day opens. */
export function MonthGrid({ date, booked, onDay }: { date: string; booked: Booked; onDay: (date: string) => void }) {
  const t = useText()
  const format = useFormat()
  const names = useDayNames()
  const lines = [...booked.appointments.map((one) => ({ ...one, title: one.patientName })), ...booked.groups.map((one) => ({ ...one, title: `${one.name} · ${t('scheduling.group.of', { taken: one.taken, places: one.places })}` }))]
  const byDay = Map.groupBy(lines.filter((one) => one.state !== 'cancelled').toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1)), (one) => one.localDate)
  return (
    <div className={styles.frame}>
      <div className={styles.month} role="group" aria-label={names.month(date)} onKeyDown={moveInCalendar}>
        {weekOf(date).map((day) => (
          <div key={day} className={styles.head}>
            {names.weekday(day)}
          </div>
        ))}
        {monthOf(date).map((day, index) => {
          const own = byDay.get(day) ?? []
          return (
            <button key={day} type="button" className={styles.day} tabIndex={day === date ? 0 : -1} data-column={weekdayOf(day)} data-at={Math.floor(index / 7)} data-outside={day.slice(0, 7) === date.slice(0, 7) ? undefined : true} data-today={day === format.today() || undefined} aria-label={t('scheduling.calendar.dayCount', { day: format.full(day), count: own.length })} onClick={() => onDay(day)}>
              <strong>{names.dayNumber(day)}</strong>
              {own.slice(0, mostLines).map((one) => (
                <span key={one.id} className={styles.line}>
                  {one.localTime} <bdi>{one.title}</bdi>
                </span>
              ))}
              {own.length === 0 ? null : <span className="figures">{t('scheduling.calendar.count', { count: own.length })}</span>}
            </button>
          )
        })}
      </div>
    </div>
  )
}
