export type Scale = 'decimal' | 'centesimal' | 'lm'

/** The scale a potency is written in: 6X or D6, 30C or 30CH, LM1 or 0/1. */
export function scaleOf(potency: string): Scale | undefined {
  const text = potency.trim().toUpperCase()
  if (/^(0\/\d+|LM ?\d*|\d+ ?LM)$/.test(text)) return 'lm'
  if (/^(\d* ?X|D ?\d*|\d+ ?D)$/.test(text)) return 'decimal'
  return /^\d* ?CH?$/.test(text) ? 'centesimal' : undefined
}

/**
 * Parts of vehicle to one part, by the scale alone: decimal 1 : 9 and centesimal 1 : 99 (Homoeopathic Pharmacopoeia of India, volume I, preparation of potencies),
 * the fifty-millesimal 1 : 50 000 (Organon, sixth edition, § 270).
 */
export const vehicleParts: Readonly<Record<Scale, number>> = { decimal: 9, centesimal: 99, lm: 50_000 }

export interface Step {
  potency: string
  parts: string
  vehicle: string
  succussions: string
}

const named: Readonly<Record<Scale, (degree: number) => string>> = { decimal: (degree) => `${degree}X`, centesimal: (degree) => `${degree}C`, lm: (degree) => `LM${degree}` }

/** The next row to write: the ratio of the scale stands in it, what was done to it is the maker's to say. */
export function nextStep(steps: readonly Step[], aim: string): Step {
  const last = steps.at(-1)
  const scale = scaleOf(last?.potency ?? aim)
  const degree = Number(/\d+(?!.*\d)/.exec(last?.potency ?? '')?.[0] ?? '0') + 1
  return { potency: scale === undefined ? '' : named[scale](degree), parts: scale === undefined ? '' : String(vehicleParts[scale]), vehicle: last?.vehicle ?? '', succussions: '' }
}

/** Whether a row can be written down: succussions may be missing, as in a trituration. */
export const isStep = ({ potency, parts, succussions }: Step): boolean => potency.trim() !== '' && /^[1-9]\d{0,4}$/.test(parts) && Number(parts) <= 50_000 && /^\d{0,4}$/.test(succussions)

/** Steps as the server takes them: what was not said is not sent. */
export const stepsBody = (steps: readonly Step[]) => steps.map(({ potency, parts, vehicle, succussions }) => ({ potency: potency.trim(), parts: Number(parts), ...(vehicle.trim() === '' ? {} : { vehicle: vehicle.trim() }), ...(succussions === '' ? {} : { succussions: Number(succussions) }) }))
