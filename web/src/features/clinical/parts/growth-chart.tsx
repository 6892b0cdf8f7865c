import type { GrowthChart as Chart } from '#contract/clinical-growth.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import styles from './growth.module.css'

const [width, height] = [300, 230]
const margin = { start: 28, end: 24, top: 8, bottom: 32 }
const steps = [0.5, 1, 2, 5, 10, 20, 50]
const mostLines = 7

/** Round numbers between two ends, few enough to read. */
function ticksBetween(low: number, high: number): number[] {
  const step = steps.find((one) => (high - low) / one <= mostLines) ?? 50
  const first = Math.ceil(low / step) * step
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_none, index) => first + index * step)
}

function scaleOf({ curves, points, toMonth }: Chart) {
  const values = [...curves.flatMap((curve) => curve.points.map((point) => point.value)), ...points.map((point) => point.value)]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (month: number) => margin.start + (month / toMonth) * (width - margin.start - margin.end)
  const y = (value: number) => height - margin.bottom - ((value - low) / (high - low || 1)) * (height - margin.top - margin.bottom)
  return { x, y, low, high }
}

const everyMonths = (toMonth: number): number => (toMonth <= 24 ? 3 : toMonth <= 60 ? 12 : 24)

/** A child's measurements among the curves of the WHO: months or years below, what was measured at the side. Drawn from left to right in every language, as on paper. */
export function GrowthChart({ chart }: { chart: Chart }) {
  const t = useText()
  const format = useFormat()
  const { x, y, low, high } = scaleOf(chart)
  const isInMonths = chart.toMonth <= 24
  const every = everyMonths(chart.toMonth)
  const months = Array.from({ length: Math.floor(chart.toMonth / every) + 1 }, (_none, index) => index * every)
  const last = chart.points.at(-1)
  const label = last === undefined ? '' : t('clinical.growth.summary', { measure: t(`clinical.growth.${chart.measure}`), value: format.number(last.value), unit: chart.unit, z: format.number(last.z), percentile: format.number(last.percentile) })
  const inside = chart.points.filter((point) => point.ageMonths <= chart.toMonth)
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className={styles.chart} role="img" aria-label={label}>
      {ticksBetween(low, high).map((value) => (
        <g key={value}>
          <line x1={margin.start} x2={width - margin.end} y1={y(value)} y2={y(value)} className={styles.grid} />
          <text x={margin.start - 4} y={y(value) + 3} textAnchor="end" className={styles.tick}>{value}</text>
        </g>
      ))}
      {months.map((month) => (
        <text key={month} x={x(month)} y={height - 18} textAnchor="middle" className={styles.tick}>{isInMonths ? month : month / 12}</text>
      ))}
      <text x={width - margin.end} y={height - 4} textAnchor="end" className={styles.tick}>{t(isInMonths ? 'clinical.growth.inMonths' : 'clinical.growth.inYears')}</text>
      {chart.curves.map((curve) => {
        const end = curve.points.at(-1)
        return end === undefined ? null : (
          <g key={curve.z}>
            <polyline points={curve.points.map((point) => `${x(point.month)},${y(point.value)}`).join(' ')} className={styles.curve} data-z={Math.abs(curve.z)} />
            <text x={x(end.month) + 3} y={y(end.value) + 3} className={styles.tick}>{curve.z > 0 ? `+${curve.z}` : String(curve.z).replace('-', '−')}</text>
          </g>
        )
      })}
      <polyline points={inside.map((point) => `${x(point.ageMonths)},${y(point.value)}`).join(' ')} className={styles.own} />
      {inside.map((point) => (
        <circle key={point.at} cx={x(point.ageMonths)} cy={y(point.value)} r={3} className={styles.dot} />
      ))}
    </svg>
  )
}
