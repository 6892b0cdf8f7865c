import { plainNumber } from './number-rules.ts'

interface Summed {
  mean: string | null
  sd: string | null
  target: string | null
  target_sd: string | null
}

const furtherDecimals = 2
const decimalsOfUnknown = 2
const percentDecimals = 2

const rounded = (value: number, decimals: number): string => {
  const text = value.toFixed(decimals)
  return Number(text) === 0 ? (0).toFixed(decimals) : text
}

/** Mean and standard deviation of a month beside its target: CV = SD ÷ mean, bias = (mean − target) ÷ target, both in per cent; of what is nothing there is no share. */
export function figuresOf({ mean, sd, target, target_sd }: Summed, decimals: number | null) {
  const places = (decimals ?? decimalsOfUnknown) + furtherDecimals
  const share = (part: number | null, whole: number | null) => (part === null || whole === null || whole === 0 ? null : rounded((part / Math.abs(whole)) * 100, percentDecimals))
  const [m, s, t] = [mean, sd, target].map((value) => (value === null ? null : Number(value)))
  const [known, spread, aim] = [m ?? null, s ?? null, t ?? null]
  const bias = known === null || aim === null ? null : known - aim
  return {
    mean: known === null ? null : rounded(known, places), sd: spread === null ? null : rounded(spread, places), cvPercent: share(spread, known),
    target: plainNumber(target), targetSd: plainNumber(target_sd), bias: bias === null ? null : rounded(bias, places), biasPercent: share(bias, aim),
  }
}
