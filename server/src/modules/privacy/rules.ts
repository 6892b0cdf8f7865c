import type { Breach, Duty, ErasurePart } from '#contract/privacy.ts'
import { addDays } from '#kernel/zoned-time.ts'

type Regime = Breach['regimes'][number]

interface DutyRule {
  key: string
  regime: Regime
  to: Duty['to']
  hours: number
  source: string
  /** Only for breaches of this many people. */
  least?: number
  most?: number
  /** Only where people are at high risk. */
  isForHighRisk?: boolean
  isAfterYear?: boolean
}

const sixtyDays = 60 * 24

/** Who is to be told within what time of the discovery, and where it is written. */
export const dutyRules: readonly DutyRule[] = [
  { key: 'cert-in', regime: 'cert-in', to: 'authority', hours: 6, source: 'CERT-In Directions No. 20(3)/2022 of 28 April 2022, (ii), under section 70B(6) of the Information Technology Act 2000: within 6 hours of noticing' },
  { key: 'dpdp-individuals', regime: 'dpdp', to: 'individuals', hours: 72, source: 'DPDP Act 2023, section 8(6); DPDP Rules 2025, rule 7(1): each affected person without delay. 72 hours is the outer bound of this program' },
  { key: 'dpdp-board', regime: 'dpdp', to: 'authority', hours: 72, source: 'DPDP Act 2023, section 8(6); DPDP Rules 2025, rule 7(2): the Data Protection Board without delay, and in detail within 72 hours of becoming aware' },
  { key: 'gdpr-authority', regime: 'gdpr', to: 'authority', hours: 72, source: 'GDPR, article 33(1): not later than 72 hours after having become aware' },
  { key: 'gdpr-individuals', regime: 'gdpr', to: 'individuals', hours: 72, isForHighRisk: true, source: 'GDPR, article 34(1): without undue delay where the risk is high. 72 hours is the outer bound of this program' },
  { key: 'hipaa-individuals', regime: 'hipaa', to: 'individuals', hours: sixtyDays, source: 'HIPAA, 45 CFR 164.404(b): without unreasonable delay and in no case later than 60 calendar days after discovery' },
  { key: 'hipaa-media', regime: 'hipaa', to: 'media', hours: sixtyDays, least: 501, source: 'HIPAA, 45 CFR 164.406: prominent media, for more than 500 residents of a State, within 60 calendar days' },
  { key: 'hipaa-secretary', regime: 'hipaa', to: 'authority', hours: sixtyDays, least: 500, source: 'HIPAA, 45 CFR 164.408(b): the Secretary, for 500 or more individuals, with the notice to them' },
  { key: 'hipaa-secretary-yearly', regime: 'hipaa', to: 'authority', hours: sixtyDays, most: 499, isAfterYear: true, source: 'HIPAA, 45 CFR 164.408(c): the Secretary, for fewer than 500, within 60 days after the end of the calendar year' },
]

export interface BreachFacts {
  regimes: readonly string[]
  risk: string | null
  discoveredAt: Date
  affected: number
  now: Date
}
export interface Notice {
  duty: string
  sent_at: Date | null
  reference: string
  waived_reason: string
}

const applies = (rule: DutyRule, facts: BreachFacts): boolean =>
  facts.regimes.includes(rule.regime) && facts.affected >= (rule.least ?? 0) && facts.affected <= (rule.most ?? Number.POSITIVE_INFINITY) && (rule.isForHighRisk !== true || facts.risk !== 'low')

function dueOf(rule: DutyRule, discoveredAt: Date): Date {
  const from = rule.isAfterYear === true ? Date.UTC(discoveredAt.getUTCFullYear() + 1, 0, 1) : discoveredAt.getTime()
  return new Date(from + rule.hours * 3_600_000)
}

function stateOf(due: Date, notice: Notice | undefined, now: Date): Duty['state'] {
  if (notice === undefined) return now > due ? 'overdue' : 'running'
  if (notice.sent_at === null) return 'waived'
  return notice.sent_at > due ? 'late' : 'sent'
}

/** What is due of a breach, the next first. A risk that is not yet judged counts as high. */
export function dutiesOf(facts: BreachFacts, notices: readonly Notice[]): Duty[] {
  return dutyRules
    .filter((rule) => applies(rule, facts) || notices.some((notice) => notice.duty === rule.key))
    .map((rule) => {
      const notice = notices.find((one) => one.duty === rule.key)
      const due = dueOf(rule, facts.discoveredAt)
      return { key: rule.key, regime: rule.regime, to: rule.to, hours: rule.hours, source: rule.source, dueAt: due.toISOString(), state: stateOf(due, notice, facts.now), sentAt: notice?.sent_at?.toISOString() ?? null, reference: notice?.reference ?? '', waivedReason: notice?.waived_reason ?? '' }
    })
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
}

/** Duties that nobody has met yet. */
export const openDuties = (duties: readonly Duty[]): Duty[] => duties.filter((duty) => duty.state === 'running' || duty.state === 'overdue')

/** Days in which a request is answered: HIPAA, 45 CFR 164.526(b)(2), gives 60 for a correction; DPDP Rules 2025, rule 14(3), at most 90 for a grievance. */
export const answerDays = { correction: 60, erasure: 90 } as const

export interface RecordFacts {
  /** Calendar day at the facility. */
  today: string
  birthDate: string | null
  lastCareOn: string
  lastBillOn: string | null
  fiscalYearStartMonth: number
}

const clinicalSource = 'Indian Medical Council (Professional Conduct, Etiquette and Ethics) Regulations 2002, 1.3.1: three years from the treatment; of a minor until three years after coming of age (Limitation Act 1963, section 6)'
const billingSource = 'CGST Act 2017, section 36: 72 months from the due date of the annual return, 31 December after the fiscal year'
const contactSource = 'DPDP Act 2023, sections 8(7) and 12(3): no law asks that it is kept'

const addYears = (on: string, years: number): string => `${Number(on.slice(0, 4)) + years}${on.slice(4).replace('-02-29', '-02-28')}`
const later = (a: string, b: string): string => (a > b ? a : b)

function clinicalUntil({ birthDate, lastCareOn }: RecordFacts): string {
  const fromCare = addYears(lastCareOn, 3)
  return birthDate === null ? fromCare : later(fromCare, addYears(birthDate, 21))
}

function billingUntil({ lastBillOn, fiscalYearStartMonth }: RecordFacts): string | null {
  if (lastBillOn === null) return null
  const [year = 0, month = 1] = lastBillOn.split('-').map(Number)
  const yearEnds = month >= fiscalYearStartMonth && fiscalYearStartMonth > 1 ? year + 1 : year
  return `${yearEnds + 6}-12-31`
}

/**
 * What of a record may be erased today, and until when the rest is kept by law. Care and bills go with the name: facts that name
 * nobody stay, so each of them is kept as long as the longest.
 */
export function erasureParts(facts: RecordFacts): ErasurePart[] {
  const [clinical, billing] = [clinicalUntil(facts), billingUntil(facts)]
  const isOver = (until: string | null) => until === null || until < facts.today
  const identityUntil = billing === null ? clinical : later(clinical, billing)
  const isWhole = isOver(identityUntil)
  const shown = (until: string | null) => (isWhole ? null : isOver(until) ? identityUntil : until)
  return [
    { what: 'contact', isErasable: true, until: null, source: contactSource },
    { what: 'clinical', isErasable: isWhole, until: shown(clinical), source: clinicalSource },
    { what: 'billing', isErasable: isWhole, until: shown(billing), source: billingSource },
    { what: 'identity', isErasable: isWhole, until: shown(identityUntil), source: `${clinicalSource}; ${billingSource}` },
  ]
}

/** The day by which a request is answered. */
export const dueOn = (kind: keyof typeof answerDays, receivedOn: string): string => addDays(receivedOn, answerDays[kind])
