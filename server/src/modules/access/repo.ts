import type { Relation } from '#contract/access.ts'
import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

export interface LabelRuleRow {
  label: string
  version: number
  roles: string[]
  is_told: boolean
  breaks_glass: boolean
}

export function labelRules(tx: Tx): Promise<LabelRuleRow[]> {
  return tx.db.selectFrom('label_rules').select(['label', 'version', 'roles', 'is_told', 'breaks_glass']).execute()
}

export async function writeLabelRule(tx: Tx, rule: Omit<LabelRuleRow, 'version'>, version: number): Promise<void> {
  const row = { ...rule, version, updated_at: tx.ctx.now, updated_by: tx.ctx.userId }
  await tx.db.insertInto('label_rules').values({ id: newId(), ...row }).onConflict((conflict) => conflict.columns(['tenant_id', 'label']).doUpdateSet(row)).execute()
}

export interface RelationRuleRow {
  role: string
  version: number
  relations: string[]
}

export function relationRules(tx: Tx): Promise<RelationRuleRow[]> {
  return tx.db.selectFrom('relation_rules').select(['role', 'version', 'relations']).execute()
}

export async function writeRelationRule(tx: Tx, rule: { role: string; relations: Relation[] }, version: number): Promise<void> {
  const row = { ...rule, version, updated_at: tx.ctx.now, updated_by: tx.ctx.userId }
  await tx.db.insertInto('relation_rules').values({ id: newId(), ...row }).onConflict((conflict) => conflict.columns(['tenant_id', 'role']).doUpdateSet(row)).execute()
}

export interface SettingsRow {
  version: number
  glass_minutes: number
  officer_roles: string[]
  pace_charts: number
  pace_minutes: number
}

export function readSettings(tx: Tx): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('access_settings').select(['version', 'glass_minutes', 'officer_roles', 'pace_charts', 'pace_minutes']).where('id', '=', tx.ctx.tenantId).executeTakeFirst()
}

export async function writeSettings(tx: Tx, settings: SettingsRow): Promise<void> {
  const row = { ...settings, updated_at: tx.ctx.now, updated_by: tx.ctx.userId }
  await tx.db.insertInto('access_settings').values({ id: tx.ctx.tenantId, ...row }).onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row)).execute()
}
