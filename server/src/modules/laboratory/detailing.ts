import type { TestRules } from '#contract/laboratory-catalogue.ts'
import { cultureDetail, cultureEntry, histopathologyDetail } from '#contract/laboratory-flow.ts'
import type { Tx } from '#kernel/db.ts'
import { interpretCulture } from './breakpoints.ts'
import type { Judged } from './repo.ts'
import { isCritical } from './value-rules.ts'

const firstWords = (text: string): string => (text.length > 190 ? `${text.slice(0, 190)}…` : text)

/**
 * What a culture or a histopathology report says in one line, and whether it is abnormal.
 * Growth in blood or cerebrospinal fluid is critical: the rule of its test says so (CLSI GP47; RCPath, The communication of critical and unexpected pathology results, G158).
 */
export function summaryOf(kind: string, detail: unknown, rules: TestRules): Pick<Judged, 'value_text' | 'flag' | 'is_critical' | 'detail'> {
  if (kind === 'culture') {
    const culture = cultureDetail.parse(detail)
    const organisms = culture.isolates.map((isolate) => isolate.organism).join(', ')
    const isPositive = organisms !== '' || culture.isGrowth === true
    const flag = !isPositive ? '' : rules.isGrowthCritical === true ? 'AA' : 'A'
    return { value_text: firstWords(organisms === '' ? (culture.growth || culture.gram || culture.stage) : organisms), flag, is_critical: isCritical(flag), detail: culture }
  }
  const report = histopathologyDetail.parse(detail)
  return { value_text: firstWords(report.diagnosis ?? report.gross ?? ''), flag: '', is_critical: false, detail: report }
}

/** Whether a detail is of the kind a test reports in. */
export function fitsKind(kind: string, detail: unknown): boolean {
  return kind === 'culture' ? cultureEntry.safeParse(detail).success : kind === 'histopathology' && histopathologyDetail.safeParse(detail).success
}

/** A detail as it is kept: of a culture, what was measured is interpreted. */
export async function keptDetail(tx: Tx, kind: string, detail: unknown): Promise<unknown> {
  return kind === 'culture' ? interpretCulture(tx, cultureEntry.parse(detail)) : detail
}
