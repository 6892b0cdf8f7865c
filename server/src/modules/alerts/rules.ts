import type { EscalationStep } from '#contract/alerts.ts'

/**
 * Who is told when no rule of the tenant says otherwise: whoever is responsible at once, the doctors of the facility after 15 minutes, its nurses after 20, the heads after 30.
 * Critical results are to be told within the hour: The Joint Commission NPSG.02.03.01; CLSI GP47 asks for an escalation when nobody answers.
 */
export const defaultSteps: readonly EscalationStep[] = [
  { to: 'responsible', afterMinutes: 0 },
  { to: 'role', role: 'doctor', afterMinutes: 15 },
  { to: 'role', role: 'nurse', afterMinutes: 5 },
  { to: 'heads', afterMinutes: 10 },
]

// Of controls the laboratory hears, not the wards.
const ofLaboratory: readonly EscalationStep[] = defaultSteps.map((step) => (step.to === 'role' ? { ...step, role: 'lab-technician' } : step))

/** The shipped steps of a kind. */
export const shippedSteps = (kind: string): readonly EscalationStep[] => (kind === 'quality-failed' ? ofLaboratory : defaultSteps)

/** When the last step is reached the alert is told again, at this interval, until somebody acknowledges it. */
export const repeatMinutes = 30

/** The step of a level; beyond the last one it is the last one again. */
export function stepAt(steps: readonly EscalationStep[], level: number): EscalationStep | undefined {
  return steps[Math.min(level, steps.length - 1)]
}

/** Minutes until the level after this one is due. */
export function minutesUntilNext(steps: readonly EscalationStep[], level: number): number {
  return steps[level + 1]?.afterMinutes ?? repeatMinutes
}

/** The rule of the facility before the one for all. */
export function ruleFor<Rule extends { facility_id: string | null }>(rules: readonly Rule[], facilityId: string): Rule | undefined {
  return rules.find((rule) => rule.facility_id === facilityId) ?? rules.find((rule) => rule.facility_id === null)
}
