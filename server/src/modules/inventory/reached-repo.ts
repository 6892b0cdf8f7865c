import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { batchKey } from './stores-repo.ts'

const twinsOf = (own: string): string => `lots l on l.tenant_id = $1 and l.item_id = ${own}.item_id and ${batchKey('l.batch')} = ${batchKey(`${own}.batch`)}`

// The lots of the batch, then the batches that were made from one of them, whole, and from those again.
const family = `with recursive family as (
    select l.id, false as is_made from lots own join ${twinsOf('own')} where own.tenant_id = $1 and own.id = $2
    union
    select l.id, true from family f join stock_movements used on used.tenant_id = $1 and used.lot_id = f.id and used.kind = 'preparation' and used.quantity < 0
      join stock_movements made on made.tenant_id = $1 and made.document_id = used.document_id and made.kind = 'preparation' and made.quantity > 0
      join lots own on own.tenant_id = $1 and own.id = made.lot_id join ${twinsOf('own')}
  ), concerned as (select id, bool_and(is_made) as is_made from family group by id)`
const named = 'join lots l on l.tenant_id = $1 and l.id = r.lot_id join items i on i.tenant_id = $1 and i.id = l.item_id'

export interface ReachedRow {
  patient_id: string
  lot_id: string
  item_name: string
  batch: string
  unit: string
  quantity: string
  last_at: Date
}

/** Patients who had of a batch and did not return all of it, by patient and lot. */
export function reached(tx: Tx, lotId: string, page: PageRequest): Promise<ReachedRow[]> {
  return rawInTenant<ReachedRow>(
    tx,
    `${family} select r.patient_id, r.lot_id, i.name as item_name, l.batch, i.base_unit as unit, r.quantity::text, r.last_at from (
       select m.patient_id, m.lot_id, -sum(m.quantity) as quantity, max(m.occurred_at) as last_at from concerned c join stock_movements m on m.tenant_id = $1 and m.lot_id = c.id
       where m.patient_id is not null and ($4::uuid is null or (m.patient_id, m.lot_id) > ($4::uuid, $5::uuid)) group by m.patient_id, m.lot_id having sum(m.quantity) < 0 order by m.patient_id, m.lot_id limit $3
     ) r ${named} order by r.patient_id, r.lot_id`,
    [tx.ctx.tenantId, lotId, page.limit + 1, page.after?.at ?? null, page.after?.id ?? null],
  )
}

export interface UnnamedRow {
  document_type: string
  document_id: string
  number: string
  lot_id: string
  store_name: string
  item_name: string
  batch: string
  unit: string
  quantity: string
  at: Date
}

/** What left of a batch without a patient, by document and lot. */
export function unnamed(tx: Tx, lotId: string, page: PageRequest): Promise<UnnamedRow[]> {
  return rawInTenant<UnnamedRow>(
    tx,
    `${family} select r.document_type, r.document_id, coalesce(d.number, '') as number, r.lot_id, s.name as store_name, i.name as item_name, l.batch, i.base_unit as unit, r.quantity::text, r.at from (
       select m.document_type, m.document_id, m.lot_id, m.store_id, -sum(m.quantity) as quantity, max(m.occurred_at) as at from concerned c join stock_movements m on m.tenant_id = $1 and m.lot_id = c.id
       where m.patient_id is null and m.quantity < 0 and m.kind in ('sale', 'issue', 'dispense') and ($4::uuid is null or (m.document_id, m.lot_id) > ($4::uuid, $5::uuid))
       group by m.document_type, m.document_id, m.lot_id, m.store_id order by m.document_id, m.lot_id limit $3
     ) r ${named} join stores s on s.tenant_id = $1 and s.id = r.store_id left join stock_documents d on d.tenant_id = $1 and d.id = r.document_id order by r.document_id, r.lot_id`,
    [tx.ctx.tenantId, lotId, page.limit + 1, page.after?.at ?? null, page.after?.id ?? null],
  )
}

export interface ConcernedRow {
  lot_id: string
  item_name: string
  batch: string
  expires_on: string
  state: string
  is_made: boolean
  on_hand: string
  unit: string
}

/** The lots of a batch and of what was made from it, with what is left of each. */
export function concerned(tx: Tx, lotId: string): Promise<ConcernedRow[]> {
  return rawInTenant<ConcernedRow>(
    tx,
    `${family} select l.id as lot_id, i.name as item_name, l.batch, l.expires_on, l.state, r.is_made, coalesce((select sum(b.quantity) from stock_balances b where b.tenant_id = $1 and b.lot_id = l.id), 0)::text as on_hand, i.base_unit as unit
     from (select id as lot_id, is_made from concerned) r ${named} order by r.is_made, l.expires_on, l.id limit 500`,
    [tx.ctx.tenantId, lotId],
  )
}

/** The lots of a batch and of what was made from it; who holds the batch sees all of them. */
export function familyOf(tx: Tx, lotId: string): Promise<{ id: string; is_made: boolean }[]> {
  return rawInTenant(tx, `${family} select id, is_made from concerned order by id`, [tx.ctx.tenantId, lotId])
}

/** A batch that is held or recalled and went into this one, or into what went into it. */
export async function heldIngredient(tx: Tx, lotId: string): Promise<{ item_name: string; batch: string } | undefined> {
  const [row] = await rawInTenant<{ item_name: string; batch: string }>(
    tx,
    `with recursive origin as (
       select l.id, false as is_used from lots own join ${twinsOf('own')} where own.tenant_id = $1 and own.id = $2
       union
       select used.lot_id, true from origin o join stock_movements made on made.tenant_id = $1 and made.lot_id = o.id and made.kind = 'preparation' and made.quantity > 0
         join stock_movements used on used.tenant_id = $1 and used.document_id = made.document_id and used.kind = 'preparation' and used.quantity < 0
     )
     select i.name as item_name, l.batch from origin o join lots l on l.tenant_id = $1 and l.id = o.id join items i on i.tenant_id = $1 and i.id = l.item_id where o.is_used and l.state <> 'available' order by i.name_folded, l.id limit 1`,
    [tx.ctx.tenantId, lotId],
  )
  return row
}
