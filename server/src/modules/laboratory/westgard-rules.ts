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
 * The rules each measurement of the last run breaks, in their order, given what came before: Westgard JO, Barry PL, Hunt MR, Groth T. Clin Chem 1981;27:493–501.
 * Within a material and across materials; R-4s only within the run, as its authors define it.
 */
export function brokenByPoint(points: readonly ControlPoint[]): WestgardRule[][] {
  const run = points.at(-1)?.run
  const current = points.filter((point) => point.run === run)
  return current.map((point) => {
    const sequences = [points, points.filter((one) => one.level === point.level)]
    const takesPart = (count: number, limit: number) => sequences.some((sequence) => sequence.slice(-count).includes(point) && sameSide(sequence, count, limit))
    const isBroken: Record<WestgardRule, boolean> = {
      '1-2s': Math.abs(point.z) > 2,
      '1-3s': Math.abs(point.z) > 3,
      '2-2s': takesPart(2, 2),
      'R-4s': current.some((other) => (point.z > 2 && other.z < -2) || (point.z < -2 && other.z > 2)),
      '4-1s': takesPart(4, 1),
      '10-x': takesPart(10, 0),
    }
    return westgardRules.filter((rule) => isBroken[rule])
  })
}

/** The rules a run breaks: those any of its measurements breaks. */
export function brokenRules(points: readonly ControlPoint[]): WestgardRule[] {
  const broken = new Set(brokenByPoint(points).flat())
  return westgardRules.filter((rule) => broken.has(rule))
}

/** 1-2s alone is a warning: it asks to look at the others. Any other rule rejects the run. */
export const isRejected = (broken: readonly WestgardRule[]): boolean => broken.some((rule) => rule !== '1-2s')

/** Distance from the mean in standard deviations. */
export const zScore = (value: number, mean: number, sd: number): number => (value - mean) / sd
