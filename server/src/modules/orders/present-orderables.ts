import { type Orderable, orderableContrast, orderableKind, standardSystem } from '#contract/order-catalogue.ts'
import type { OrderableRow } from './orderables-repo.ts'

export const presentOrderable = (row: OrderableRow): Orderable => ({
  id: row.id, version: row.version, kind: orderableKind.parse(row.kind), code: row.code, standard: row.standard_system === '' ? null : { system: standardSystem.parse(row.standard_system), code: row.standard_code }, name: row.name, names: row.names, category: row.category, bodySite: row.body_site, hasSide: row.has_side,
  isIonising: row.is_ionising, contrast: orderableContrast.parse(row.contrast), instructions: row.instructions, serviceId: row.service_id, isActive: row.is_active,
})
