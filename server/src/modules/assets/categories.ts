import { type assets } from '#contract/assets.ts'
import { assetsErrors, depreciationMethod } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import * as repo from './categories-repo.ts'
import { usualRate } from './depreciation-rules.ts'
import { usualCategories, usualResidualPercent } from './usual-categories.ts'

mapConstraint('asset_categories_name', assetsErrors.category_taken)

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

const presentCategory = (row: repo.CategoryRow) => ({ id: row.id, version: row.version, name: row.name, method: depreciationMethod.parse(row.method), lifeMonths: row.life_months, ratePercent: row.rate_percent === null ? null : plain(row.rate_percent), residualPercent: plain(row.residual_percent), source: row.source, isActive: row.is_active })

interface Way {
  method: string
  lifeMonths: number
  ratePercent: string | null | undefined
  residualPercent: string
}

/** The rate a method works with: none for the straight line, else the one said, else the usual one; 422 when there is no usual one. */
export function rateFor({ method, lifeMonths, ratePercent, residualPercent }: Way): string | null {
  if (method === 'straight-line') return null
  const rate = ratePercent ?? usualRate(lifeMonths, residualPercent)
  if (rate === undefined) throw invalidField('ratePercent', 'assets.rate_needed', assetsErrors.rate_needed)
  return rate
}

export function listCategories(ctx: Ctx, { query }: Input<'listCategories'>) {
  const page = pageOf(query)
  const isActive = query.isActive === undefined ? undefined : query.isActive === 'true'
  return withContext(ctx, async (tx) => toPage(await repo.listCategories(tx, { isActive }, page), page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentCategory))
}

export function addCategory(ctx: Ctx, { body }: Input<'addCategory'>) {
  return withContext(ctx, async (tx) => presentCategory(await repo.insertCategory(tx, {
    name: body.name, name_folded: foldText(body.name), method: body.method, life_months: body.lifeMonths, rate_percent: rateFor({ ...body, ratePercent: body.ratePercent }), residual_percent: body.residualPercent, source: body.source ?? '', is_active: body.isActive ?? true,
  })))
}

export function updateCategory(ctx: Ctx, { params, body, ifMatch }: Input<'updateCategory'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockCategory(tx, params.id))
    checkVersion(before, ifMatch)
    const way = { method: body.method ?? before.method, lifeMonths: body.lifeMonths ?? before.life_months, residualPercent: body.residualPercent ?? before.residual_percent }
    const isSameWay = way.method === before.method && way.lifeMonths === before.life_months && plain(way.residualPercent) === plain(before.residual_percent)
    const name = body.name ?? before.name
    return presentCategory(await repo.updateCategory(tx, before, {
      name, name_folded: foldText(name), method: way.method, life_months: way.lifeMonths, residual_percent: way.residualPercent, rate_percent: rateFor({ ...way, ratePercent: body.ratePercent ?? (isSameWay ? before.rate_percent : undefined) }), source: body.source ?? before.source, is_active: body.isActive ?? before.is_active,
    }))
  })
}

/** The categories of Schedule II that are not there yet. */
export function addUsualCategories(ctx: Ctx, { body }: Input<'addUsualCategories'>) {
  return withContext(ctx, async (tx) => {
    const added = await repo.insertMissing(tx, usualCategories.map((one) => ({
      name: one.name, name_folded: foldText(one.name), method: body.method, life_months: one.years * 12, residual_percent: usualResidualPercent, rate_percent: rateFor({ method: body.method, lifeMonths: one.years * 12, ratePercent: undefined, residualPercent: usualResidualPercent }), source: one.source, is_active: true,
    })))
    return { added }
  })
}
