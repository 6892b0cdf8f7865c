import type { LabelRule, Relation } from '#contract/access.ts'
import type { Sensitivity } from '#contract/patients.ts'

type Rule = Omit<LabelRule, 'label' | 'version'>

const clinicians = ['doctor', 'nurse', 'therapist']

/**
 * Who sees patients with a label as long as a hospital has not said otherwise: the least who need it for care or its bill.
 * Of a person known to the public not even the record's existence is told (IHE BTG and HIPAA 45 CFR 164.502(b), minimum necessary);
 * care for the mind is for those who give it (Mental Healthcare Act 2017, section 23), HIV for those who treat (HIV and AIDS Act 2017, section 8).
 */
export const defaultRules: Readonly<Record<Sensitivity, Rule>> = {
  vip: { roles: ['admin', 'doctor', 'nurse'], isTold: false, breaksGlass: false },
  staff: { roles: ['admin', 'doctor', 'nurse', 'receptionist', 'cashier'], isTold: true, breaksGlass: true },
  'mental-health': { roles: ['doctor', 'therapist'], isTold: true, breaksGlass: true },
  hiv: { roles: ['doctor', 'nurse'], isTold: true, breaksGlass: true },
  minor: { roles: ['admin', ...clinicians, 'pharmacist', 'lab-technician', 'radiologist', 'receptionist', 'cashier'], isTold: true, breaksGlass: true },
}

/** How long glass stays broken, who is told, and how many charts in which time no person opens by hand, until a hospital says otherwise. */
export const defaultSettings = { glassMinutes: 240, officerRoles: ['admin'], paceCharts: 60, paceMinutes: 10 } as const

/** The labels that hide a patient from somebody with these roles. */
export const hiddenLabels = (rules: readonly LabelRule[], roles: readonly string[]): Sensitivity[] => rules.filter((rule) => !rule.roles.some((role) => roles.includes(role))).map((rule) => rule.label)

/** The relations one of which a user must have: none when one of the roles is not bound; of several bound roles those of all. */
export function boundTo(rules: readonly { role: string; relations: readonly Relation[] }[], roles: readonly string[]): Relation[] {
  const bound = roles.map((role) => rules.find((rule) => rule.role === role)?.relations ?? [])
  if (bound.length === 0 || bound.some((relations) => relations.length === 0)) return []
  return [...new Set(bound.flat())].toSorted()
}

/** How a reader is answered whom these labels keep from a record: told nothing when one of them says so. */
export function answerTo(rules: readonly LabelRule[], labels: readonly string[], mayBreak: boolean): { isTold: boolean; isOffered: boolean } {
  const hiding = rules.filter((rule) => labels.includes(rule.label))
  const isTold = hiding.every((rule) => rule.isTold)
  return { isTold, isOffered: isTold && mayBreak && hiding.every((rule) => rule.breaksGlass) }
}

interface GlassTimes {
  ends_at: Date
  ended_at: Date | null
}

/** Whether the glass still is broken. */
export const isRunning = (row: GlassTimes, now: Date): boolean => row.ended_at === null && row.ends_at > now
