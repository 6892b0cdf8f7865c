/** Fields and the headers their column may have, folded to letters and digits. */
export const itemColumns = {
  sku: ['sku', 'code', 'itemcode'], name: ['name', 'item', 'itemname', 'description'], kind: ['kind', 'type', 'category'], medicine: ['medicine', 'medication', 'generic', 'drug'], baseUnit: ['unit', 'baseunit', 'uom'],
  packUnit: ['pack', 'packunit'], packFactor: ['packsize', 'packfactor', 'unitsperpack'], outerUnit: ['pack2', 'outerpack', 'box'], outerFactor: ['pack2size', 'outerpacksize', 'unitsperbox'], code: ['barcode', 'gtin', 'ean'], packCode: ['packbarcode', 'barcode2'], manufacturer: ['manufacturer', 'maker', 'company'],
  taxCode: ['hsn', 'hsncode', 'taxcode'], taxRatePercent: ['gst', 'taxrate', 'taxratepercent', 'tax'], isTaxIncluded: ['taxincluded', 'gstincluded', 'inclusive'], reorderLevel: ['reorderlevel', 'reorder', 'minimum'], maximumLevel: ['maximum', 'maximumlevel'], leadTimeDays: ['leadtime', 'leadtimedays'],
  controlledClass: ['controlled', 'controlledclass', 'schedule'], storage: ['storage', 'store'], importance: ['ved', 'importance'], isDivisible: ['divisible'], isReturnable: ['returnable'],
  batch: ['batch', 'batchno', 'lot'], expiresOn: ['expiry', 'expireson', 'expirydate', 'exp'], mrp: ['mrp', 'price'], unitCost: ['cost', 'unitcost', 'rate'], quantity: ['quantity', 'qty', 'openingstock', 'stock'],
} as const

type Cells = Readonly<Record<string, string>>

const optional = (cells: Cells, name: string): string | undefined => {
  const value = (cells[name] ?? '').trim()
  return value === '' ? undefined : value
}

const some = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const truths: Record<string, boolean> = { yes: true, y: true, true: true, 1: true, no: false, n: false, false: false, 0: false }
const ved: Record<string, string> = { v: 'vital', e: 'essential', d: 'desirable' }

/** A word that is yes or no; another one goes on to be refused. */
const truth = (cells: Cells, name: string): boolean | string | undefined => {
  const word = optional(cells, name)?.toLowerCase()
  return word === undefined ? undefined : (truths[word] ?? word)
}

/** A row as the body of a new item. */
export function itemOfRow(cells: Cells) {
  const [packUnit, packFactor, outerUnit, outerFactor] = ['packUnit', 'packFactor', 'outerUnit', 'outerFactor'].map((name) => optional(cells, name))
  const [code, packCode, leadTime] = [optional(cells, 'code'), optional(cells, 'packCode'), optional(cells, 'leadTimeDays')]
  const packs = [...(packUnit === undefined ? [] : [{ unit: packUnit, factor: packFactor ?? '' }]), ...(outerUnit === undefined ? [] : [{ unit: outerUnit, factor: outerFactor ?? '' }])]
  const barcodes = [...(code === undefined ? [] : [{ code }]), ...(packCode === undefined ? [] : [{ code: packCode, unit: packUnit ?? '' }])]
  const importance = optional(cells, 'importance')?.toLowerCase()
  return {
    sku: (cells['sku'] ?? '').trim(), name: (cells['name'] ?? '').trim(), kind: optional(cells, 'kind')?.toLowerCase() ?? 'medicine',
    ...some(Object.fromEntries(['baseUnit', 'manufacturer', 'taxCode', 'taxRatePercent', 'reorderLevel', 'maximumLevel', 'controlledClass'].map((name) => [name, optional(cells, name)]))),
    ...some({ storage: optional(cells, 'storage')?.toLowerCase(), importance: importance === undefined ? undefined : (ved[importance] ?? importance), isTaxIncluded: truth(cells, 'isTaxIncluded'), isDivisible: truth(cells, 'isDivisible'), isReturnable: truth(cells, 'isReturnable') }),
    ...some({ leadTimeDays: leadTime === undefined ? undefined : Number(leadTime), packs: packs.length === 0 ? undefined : packs, barcodes: barcodes.length === 0 ? undefined : barcodes }),
  }
}

/** The medicine a row is of, as the table calls it. */
export const medicineOfRow = (cells: Cells): string | undefined => optional(cells, 'medicine')

/** The opening stock of a row, when it has one. */
export function openingOfRow(cells: Cells, currency: string) {
  const quantity = optional(cells, 'quantity')
  if (quantity === undefined) return undefined
  const [expiresOn, mrp, unitCost, packUnit] = [optional(cells, 'expiresOn'), optional(cells, 'mrp'), optional(cells, 'unitCost'), optional(cells, 'packUnit')]
  return { quantity, lot: { batch: optional(cells, 'batch') ?? '', ...(expiresOn === undefined ? {} : { expiresOn }), ...(mrp === undefined ? {} : { mrp: { amount: mrp, currency }, ...(packUnit === undefined ? {} : { mrpUnit: packUnit }) }), ...(unitCost === undefined ? {} : { unitCost: { amount: unitCost, currency } }) } }
}
