/** Fields and the headers their column may have, folded to letters and digits. */
export const itemColumns = {
  sku: ['sku', 'code', 'itemcode'], name: ['name', 'item', 'itemname', 'description'], kind: ['kind', 'type', 'category'], baseUnit: ['unit', 'baseunit', 'uom'], packUnit: ['pack', 'packunit'], packFactor: ['packsize', 'packfactor', 'unitsperpack'], code: ['barcode', 'gtin', 'ean'], manufacturer: ['manufacturer', 'maker', 'company'],
  taxCode: ['hsn', 'hsncode', 'taxcode'], taxRatePercent: ['gst', 'taxrate', 'taxratepercent', 'tax'], reorderLevel: ['reorderlevel', 'reorder', 'minimum'], maximumLevel: ['maximum', 'maximumlevel'], leadTimeDays: ['leadtime', 'leadtimedays'], controlledClass: ['controlled', 'controlledclass', 'schedule'],
  batch: ['batch', 'batchno', 'lot'], expiresOn: ['expiry', 'expireson', 'expirydate', 'exp'], mrp: ['mrp', 'price'], unitCost: ['cost', 'unitcost', 'rate'], quantity: ['quantity', 'qty', 'openingstock', 'stock'],
} as const

const optional = (cells: Readonly<Record<string, string>>, name: string): string | undefined => {
  const value = (cells[name] ?? '').trim()
  return value === '' ? undefined : value
}

/** A row as the body of a new item. */
export function itemOfRow(cells: Readonly<Record<string, string>>) {
  const [packUnit, packFactor, code] = [optional(cells, 'packUnit'), optional(cells, 'packFactor'), optional(cells, 'code')]
  const more = Object.fromEntries(['baseUnit', 'manufacturer', 'taxCode', 'taxRatePercent', 'reorderLevel', 'maximumLevel', 'controlledClass'].flatMap((name) => { const value = optional(cells, name); return value === undefined ? [] : [[name, value]] }))
  const leadTime = optional(cells, 'leadTimeDays')
  return { sku: (cells['sku'] ?? '').trim(), name: (cells['name'] ?? '').trim(), kind: optional(cells, 'kind')?.toLowerCase() ?? 'medicine', ...more, ...(leadTime === undefined ? {} : { leadTimeDays: Number(leadTime) }), ...(packUnit === undefined ? {} : { packs: [{ unit: packUnit, factor: packFactor ?? '' }] }), ...(code === undefined ? {} : { barcodes: [{ code }] }) }
}

/** The opening stock of a row, when it has one. */
export function openingOfRow(cells: Readonly<Record<string, string>>, currency: string) {
  const quantity = optional(cells, 'quantity')
  if (quantity === undefined) return undefined
  const [expiresOn, mrp, unitCost, packUnit] = [optional(cells, 'expiresOn'), optional(cells, 'mrp'), optional(cells, 'unitCost'), optional(cells, 'packUnit')]
  return { quantity, lot: { batch: optional(cells, 'batch') ?? '', ...(expiresOn === undefined ? {} : { expiresOn }), ...(mrp === undefined ? {} : { mrp: { amount: mrp, currency }, ...(packUnit === undefined ? {} : { mrpUnit: packUnit }) }), ...(unitCost === undefined ? {} : { unitCost: { amount: unitCost, currency } }) } }
}
