import { useState, type CSSProperties } from 'react'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useDayNames } from '../dates.ts'
import type { Appointment, Slot } from '../queries.ts'
import { moveInCalendar } from './calendar-keys.ts'
import { hoursOf, rowMinutes, type DayColumn, type Item } from './layout.ts'
import styles from './calendar.module.css'

interface Acts {
  onBook: (slot: Slot) => void
  onOpen: (appointment: Appointment) => void
  onGroup: (id: string) => void
  onMove: (appointment: Appointment, slot: Slot) => void
  canMove: boolean
}
interface Lift {
  lifted: Appointment | undefined
  setLifted: (appointment: Appointment | undefined) => void
}
type CellProps = Acts & Lift & { item: Item; firstMinute: number; column: number; isFirst: boolean }

function placeOf(item: Item, firstMinute: number): CSSProperties {
  const row = (minute: number) => Math.round((minute - firstMinute) / rowMinutes) + 1
  const share = 100 / item.lanes
  return { gridRow: `${row(item.from)} / ${row(item.to)}`, inlineSize: `calc(${share}% - 4px)`, marginInlineStart: `calc(${share * item.lane}% + 2px)` }
}

function Cell({ item, firstMinute, column, isFirst, lifted, setLifted, onBook, onOpen, onGroup, onMove, canMove }: CellProps) {
  const t = useText()
  const format = useFormat()
  const [isTarget, setTarget] = useState(false)
  const common = { type: 'button' as const, style: placeOf(item, firstMinute), 'data-column': column, 'data-at': item.from, tabIndex: isFirst ? 0 : -1 }
  if (item.kind === 'appointment') {
    const one = item.appointment
    const isMovable = canMove && one.actions.includes('reschedule')
    const state = t(`scheduling.state.${one.state}`)
    return (
      <button {...common} className={styles.booked} data-state={one.state} data-lifted={lifted?.id === one.id || undefined} draggable={isMovable} title={`${one.localTime} ${one.patientName} · ${state}`} aria-label={`${one.localTime} ${one.patientName}, ${t(`scheduling.visitType.${one.visitType}`)}, ${state}`} onClick={() => onOpen(one)} onDragEnd={() => setLifted(undefined)}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move'
          event.dataTransfer.setData('text/plain', one.id)
          setLifted(one)
        }}
      >
        <span className="figures">{one.localTime}</span> <bdi>{one.patientName}</bdi>
      </button>
    )
  }
  if (item.kind === 'group') {
    const { group } = item
    const label = t('scheduling.calendar.groupAt', { name: group.name, time: group.localTime, taken: group.taken, places: group.places })
    return (
      <button {...common} className={styles.group} data-state={group.state} title={label} aria-label={label} onClick={() => onGroup(group.id)}>
        <span className="figures">{group.localTime}</span> <bdi>{group.name}</bdi>
        <span className={styles.places}>{t('scheduling.group.of', { taken: group.taken, places: group.places })}</span>
      </button>
    )
  }
  const drop = () => {
    setTarget(false)
    if (lifted !== undefined) onMove(lifted, item.slot)
    setLifted(undefined)
  }
  return (
    <button {...common} className={styles.slot} data-target={isTarget || undefined} aria-label={t('scheduling.calendar.bookAt', { when: format.dayTime(item.slot.startsAt) })} onClick={() => onBook(item.slot)} onDragLeave={() => setTarget(false)}
      onDragOver={(event) => {
        if (lifted === undefined) return
        event.preventDefault()
        setTarget(true)
      }}
      onDrop={(event) => {
        event.preventDefault()
        drop()
      }}
    >
      <span className="figures">{format.time(item.slot.startsAt)}</span>
    </button>
  )
}

/** Days beside each other over a scale of hours. */
export function TimeGrid({ columns, onDay, ...acts }: Acts & { columns: DayColumn[]; onDay: (date: string) => void }) {
  const t = useText()
  const format = useFormat()
  const names = useDayNames()
  const [lifted, setLifted] = useState<Appointment>()
  const { first, last } = hoursOf(columns)
  const firstKey = columns.flatMap((column) => column.items)[0]?.key
  const size: CSSProperties & Record<`--${string}`, number> = { '--days': columns.length, '--rows': ((last - first) * 60) / rowMinutes }
  const hours = Array.from({ length: last - first }, (_, index) => first + index)
  return (
    <div className={styles.frame}>
      <div className={styles.grid} style={size} role="group" aria-label={t('scheduling.calendar.title')} onKeyDown={moveInCalendar}>
        <div />
        {columns.map((column) => (
          <button key={column.date} type="button" className={styles.head} data-today={column.date === format.today() || undefined} onClick={() => onDay(column.date)}>
            {names.head(column.date)}
          </button>
        ))}
        <div className={styles.hours} aria-hidden>
          {hours.map((hour) => (
            <div key={hour} className={styles.hour} style={{ gridRow: `${(hour - first) * 12 + 1} / span 12` }}>
              {`${String(hour).padStart(2, '0')}:00`}
            </div>
          ))}
        </div>
        {columns.map((column, index) => (
          <div key={column.date} className={styles.column}>
            {column.items.map((item) => (
              <Cell key={item.key} {...acts} item={item} firstMinute={first * 60} column={index} isFirst={item.key === firstKey} lifted={lifted} setLifted={setLifted} />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
