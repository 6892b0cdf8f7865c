import { billing } from '#contract/billing.ts'
import { clinical } from '#contract/clinical.ts'
import type { Contract } from '#contract/define.ts'
import { encounters } from '#contract/encounters.ts'
import { interop } from '#contract/interop.ts'
import { medications } from '#contract/medications.ts'
import { organizations } from '#contract/organizations.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { privacy } from '#contract/privacy.ts'
import { reports } from '#contract/reports.ts'
import { scheduling } from '#contract/scheduling.ts'
import { system } from '#contract/system.ts'
import { hasText, type Text } from '../../kernel/i18n.ts'

const contracts: Record<string, Contract> = { patients, scheduling, encounters, clinical, medications, billing, people, organizations, interop, reports, system, privacy }

/** Changes of rows, written by the database, then every request that is audited. */
export const actionGroups = [
  { group: 'row', items: ['row.insert', 'row.update', 'row.delete'] },
  ...Object.entries(contracts).map(([group, contract]) => ({ group, items: Object.entries(contract).flatMap(([name, spec]) => (spec.audit === 'none' ? [] : [`${group}.${name}:${spec.audit}`])) })),
]

/** What was done, in a word: «Changed», «Read», «Signed in». */
export function actionWord(t: Text, action: string): string {
  const verb = action.startsWith('row.') ? action.slice(4) : (action.split(':')[1] ?? '')
  return hasText(`system.verb.${verb}`) ? t(`system.verb.${verb}`) : action
}

/** Roles as they are called in the hospital. */
export const roleWords = (t: Text, roles: string): string => roles.split(',').map((role) => (hasText(`people.role.${role}`) ? t(`people.role.${role}`) : role)).join(', ')
