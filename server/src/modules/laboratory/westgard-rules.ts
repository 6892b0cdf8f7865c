/** One control measurement: which run, which level of material, and its distance from the mean in standard deviations. */
export interface ControlPoint {
  run: number
  level: string
  z: number
}

export const westgardRules = ['1-2s', '1-3s', '2-2s', 'R-4s', '4-1s', '10-x'] as const
export type WestgardRule = (typeof westgardRules)[number]

/** The last `count` points of a sequence, all beyond `limit` standard deviations on one side. */
function sameSide(points: readonly ControlPoint[], count: number, limit: number): boolean {
  const last = points.slice(-count)
  return last.length === count && (last.every((point) => point.z > limit) || last.every((point) => point.z < -limit))
}

/**
 * The rules a run breaks, given what came before it: Westgard JO, Barry PL, Hunt MR, Groth T. Clin Chem 1981;27:493–501.
 * Within a material and across materials; R-4s only within the run, as its authors define it.
 */
export function brokenRules(points: readonly ControlPoint[]): WestgardRule[] {
  const run = points.at(-1)?.run
  const current = points.filter((point) => point.run === run)
  const sequences = [points, ...[...new Set(current.map((point) => point.level))].map((level) => points.filter((point) => point.level === level))]
  const broken: WestgardRule[] = []
  if (current.some((point) => Math.abs(point.z) > 2)) broken.push('1-2s')
  if (current.some((point) => Math.abs(point.z) > 3)) broken.push('1-3s')
  if (sequences.some((sequence) => sameSide(sequence, 2, 2))) broken.push('2-2s')
  if (current.some((point) => point.z > 2) && current.some((point) => point.z < -2)) broken.push('R-4s')
  if (sequences.some((sequence) => sameSide(sequence, 4, 1))) broken.push('4-1s')
  if (sequences.some((sequence) => sameSide(sequence, 10, 0))) broken.push('10-x')
  return broken
}

/** 1-2s alone is a warning: it asks to look at the others. Any other rule rejects the run. */
export const isRejected = (broken: readonly WestgardRule[]): boolean => broken.some((rule) => rule !== '1-2s')

/** Distance from the mean in standard deviations. */
export const zScore = (value: number, mean: number, sd: number): number => (value - mean) / sd
