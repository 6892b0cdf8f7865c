import { add, sum } from '#kernel/money.ts'

/** Unique quantity codes of goods by what they are counted in: GST portal, list of UQC for form GSTR-1, table 12. What has no code of its own is OTH. */
const quantityCodes: Readonly<Record<string, string>> = {
  tablet: 'TBS', tablets: 'TBS', tab: 'TBS', bottle: 'BTL', bottles: 'BTL', box: 'BOX', tube: 'TUB', tubes: 'TUB', can: 'CAN', carton: 'CTN', drum: 'DRM', bag: 'BAG', bundle: 'BDL', pack: 'PAC', packet: 'PAC', pair: 'PRS', pairs: 'PRS', set: 'SET', kit: 'SET', roll: 'ROL', dozen: 'DOZ',
  ml: 'MLT', millilitre: 'MLT', l: 'LTR', litre: 'LTR', liter: 'LTR', g: 'GMS', gram: 'GMS', gm: 'GMS', kg: 'KGS', kilogram: 'KGS', m: 'MTR', metre: 'MTR', cm: 'CMS', piece: 'PCS', pieces: 'PCS', pcs: 'PCS', unit: 'UNT', units: 'UNT', number: 'NOS', nos: 'NOS', capsule: 'NOS', capsules: 'NOS', vial: 'NOS', ampoule: 'NOS', sachet: 'NOS', suppository: 'NOS', dose: 'NOS',
}

export const quantityCodeOf = (unit: string): string => quantityCodes[unit.trim().toLowerCase()] ?? 'OTH'

/** HSN of goods or SAC of services: four, six or eight digits (Notification 78/2020-Central Tax); a tax class such as GST18 is none. */
export const hsnOf = (taxCode: string): string => (/^\d{4}(\d{2}){0,2}$/.test(taxCode) ? taxCode : '')

/** Services have the chapter 99; their quantity is not asked for. */
export const isService = (hsn: string): boolean => hsn.startsWith('99')

export const amountNames = ['taxable', 'cgst', 'sgst', 'igst', 'total'] as const
export type Amounts = Record<(typeof amountNames)[number], string>

/** Rows that are alike by a key as one, amounts and quantities added. */
export function merged<Row extends Amounts & { quantity: string }>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return [...Map.groupBy(rows, keyOf).values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [rest.reduce<Row>((all, row) => ({ ...all, quantity: add(all.quantity, row.quantity), ...Object.fromEntries(amountNames.map((name) => [name, sum([all[name], row[name]])])) }), first)]))
}
