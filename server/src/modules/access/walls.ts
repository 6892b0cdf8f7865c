import { accessErrors, type LabelRule, type Relation, relation } from '#contract/access.ts'
import { type Sensitivity, sensitivity } from '#contract/patients.ts'
import type { Tx } from '#kernel/db.ts'
import type { Hidden, WhoReads } from '#kernel/patient-access.ts'
import type { Walls } from '#kernel/walls.ts'
import { labelsInUse } from '../patients/index.ts'
import { rolesOf } from '../people/index.ts'
import { programRule } from './consents-repo.ts'
import * as repo from './repo.ts'
import { answerTo, boundTo, defaultRules, hiddenLabels } from './rules.ts'

/** The rule of each label: as the hospital says, else as shipped. */
export async function rulesOf(tx: Tx): Promise<LabelRule[]> {
  const rows = new Map((await repo.labelRules(tx)).map((row) => [row.label, row]))
  return sensitivity.options.map((label) => {
    const row = rows.get(label)
    const shipped = defaultRules[label]
    return row === undefined ? { label, version: 1, ...shipped, roles: [...shipped.roles] } : { label, version: row.version, roles: row.roles, isTold: row.is_told, breaksGlass: row.breaks_glass }
  })
}

export async function relationsOf(tx: Tx): Promise<{ role: string; version: number; relations: Relation[] }[]> {
  return (await repo.relationRules(tx)).map((row) => ({ role: row.role, version: row.version, relations: relation.array().parse(row.relations) }))
}

/** What a user with these roles may not see. Labels that nobody has hide nobody, so they cost nothing. */
export async function wallsFor(tx: Tx, { roles, keyId }: WhoReads): Promise<Walls> {
  const [rules, relations, inUse, program] = await Promise.all([rulesOf(tx), relationsOf(tx), labelsInUse(tx), keyId === undefined ? undefined : programRule(tx, keyId)])
  const needed = program === undefined || program.purpose === '' ? {} : { consent: `key:${program.key_id}:${program.purpose}` }
  return { labels: hiddenLabels(rules, roles).filter((label) => inUse.includes(label)), relations: boundTo(relations, roles), ...needed }
}

/** How somebody is answered whom a wall keeps from a record. */
export async function answerFor(tx: Tx, hidden: Hidden) {
  // Neither a label nor a missing relation: the patient has not allowed it.
  if (hidden.labels.length === 0 && !hidden.isUnrelated) return { spec: accessErrors.no_consent, offers: [] }
  const { isTold, isOffered } = answerTo(await rulesOf(tx), hidden.labels, tx.ctx.can('access.break-glass'))
  return isTold ? { spec: accessErrors.restricted, offers: isOffered ? ['break-glass'] : [] } : undefined
}

/** Whether who acts sees patients with a label: the roles are read now, since a label that nobody had is in no walls yet. */
export async function isSeenByActor(tx: Tx, label: Sensitivity): Promise<boolean> {
  const [rules, roles] = await Promise.all([rulesOf(tx), rolesOf(tx, tx.ctx.userId)])
  return !hiddenLabels(rules, roles).includes(label)
}
