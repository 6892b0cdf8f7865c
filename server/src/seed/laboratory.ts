import type pg from 'pg'
import { foldText } from '#kernel/text.ts'
import { keysOfNames } from '#kernel/naming.ts'
import { starterTests } from '../modules/laboratory/index.ts'
import { randomFrom, stableId } from './random.ts'
import type { CarePlan } from './care.ts'

const prices: Readonly<Record<string, string>> = { CBC: '350.00', LYTES: '400.00', RFT: '650.00', LFT: '700.00', LIPID: '600.00', TFT: '800.00', UA: '150.00', COAG: '500.00', HBA1C: '450.00', K: '150.00', GLUF: '80.00', BLCUL: '900.00', URCUL: '500.00', HISTO: '1500.00', TROPI: '900.00' }

const idOf = (plan: CarePlan, kind: string, name: string): string => stableId(plan.seed, `${kind}:${plan.hospital.key}:${name}`)

/** The catalogue with prices, an analyser with its driver, control material, order sets, and a day of work in the laboratory. */
export async function seedLaboratory(client: pg.Client, plan: CarePlan): Promise<void> {
  await seedTests(client, plan)
  await seedPrices(client, plan)
  await seedSets(client, plan)
  if (plan.hospital.system !== 'allopathy') return
  await seedInstrument(client, plan)
  await seedQuality(client, plan)
  await seedBench(client, plan)
  await seedWork(client, plan)
}

async function seedTests(client: pg.Client, plan: CarePlan): Promise<void> {
  const tests = starterTests()
  const column = (pick: (test: (typeof tests)[number]) => unknown) => tests.map(pick)
  await client.query(
    `insert into lab_tests (tenant_id, id, code, name, name_folded, kind, value_kind, category, bench, specimen_type, container, timepoint, method, unit, decimals, loinc, formula, formula_source, turnaround_minutes, stat_minutes, is_sensitive, choices, rules, names, formula_units, created_at)
     select $1, u.id, code, name, folded, kind, value_kind, category, bench, specimen, container, timepoint, method, unit, decimals, loinc, formula, source, minutes, stat, sensitive, choices::jsonb, rules::jsonb, names::jsonb, units::jsonb, $2
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::int[], $17::text[], $18::text[], $19::text[], $20::int[], $21::int[], $22::boolean[], $23::text[], $24::text[], $25::text[], $26::text[])
       as u(id, code, name, folded, kind, value_kind, category, bench, specimen, container, timepoint, method, unit, decimals, loinc, formula, source, minutes, stat, sensitive, choices, rules, names, units) on conflict do nothing`,
    [
      plan.tenantId, plan.on, column((t) => idOf(plan, 'lab-test', t.code)), column((t) => t.code), column((t) => t.name), column((t) => foldText(t.name)), column((t) => t.kind), column((t) => t.valueKind), column((t) => t.category), column((t) => t.bench), column((t) => t.specimenType), column((t) => t.container), column((t) => t.timepoint ?? ''), column((t) => t.method ?? ''), column((t) => t.unit ?? ''),
      column((t) => t.decimals ?? null), column((t) => t.loinc ?? ''), column((t) => t.formula ?? ''), column((t) => t.formulaSource ?? ''), column((t) => t.turnaroundMinutes), column((t) => t.statMinutes ?? 60), column((t) => t.isSensitive ?? false), column((t) => JSON.stringify(t.choices ?? [])), column((t) => JSON.stringify(t.rules ?? {})), column((t) => JSON.stringify(t.names ?? {})), column((t) => JSON.stringify(t.formulaUnits ?? {})),
    ],
  )
  const ranges = tests.flatMap((test) => (test.ranges ?? []).map((range, index) => ({ test: test.code, index, ...range })))
  const of = (pick: (range: (typeof ranges)[number]) => unknown) => ranges.map(pick)
  await client.query(
    `insert into lab_ranges (tenant_id, id, test_id, sex, method, age_from_days, age_to_days, week_from, week_to, low, high, critical_low, critical_high, text, source, created_at)
     select $1, u.*, $2 from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[], $8::int[], $9::int[], $10::int[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[], $15::text[], $16::text[]) as u on conflict do nothing`,
    [plan.tenantId, plan.on, of((r) => idOf(plan, 'lab-range', `${r.test}:${r.index}`)), of((r) => idOf(plan, 'lab-test', r.test)), of((r) => r.sex ?? ''), of((r) => r.method ?? ''), of((r) => r.ageFromDays), of((r) => r.ageToDays), of((r) => (r.weekTo === undefined ? 0 : (r.weekFrom ?? 0))), of((r) => r.weekTo ?? 0), of((r) => r.low ?? null), of((r) => r.high ?? null), of((r) => r.criticalLow ?? null), of((r) => r.criticalHigh ?? null), of((r) => r.text ?? ''), of((r) => r.source ?? '')],
  )
  const names = tests.flatMap((test) => keysOfNames(test.names ?? {}).map((key) => ({ test: test.code, key })))
  await client.query('insert into lab_test_names (tenant_id, test_id, key) select $1, u.* from unnest($2::uuid[], $3::text[]) as u on conflict do nothing', [plan.tenantId, names.map((one) => idOf(plan, 'lab-test', one.test)), names.map((one) => one.key)])
  const members = tests.flatMap((test) => (test.members ?? []).map((member, index) => ({ panel: test.code, member, index })))
  await client.query(
    `insert into lab_test_members (tenant_id, id, panel_id, member_id, position) select $1, u.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[]) as u on conflict do nothing`,
    [plan.tenantId, members.map((one) => idOf(plan, 'lab-member', `${one.panel}:${one.member}`)), members.map((one) => idOf(plan, 'lab-test', one.panel)), members.map((one) => idOf(plan, 'lab-test', one.member)), members.map((one) => one.index + 1)],
  )
}

// Diagnostic services of a clinical establishment are exempt: Notification 12/2017-Central Tax (Rate), entry 74.
async function seedPrices(client: pg.Client, plan: CarePlan): Promise<void> {
  for (const [code, amount] of Object.entries(prices)) {
    const id = idOf(plan, 'service', `LAB-${code}`)
    const name = starterTests().find((test) => test.code === code)?.name ?? code
    await client.query("insert into services (tenant_id, id, code, code_folded, name, name_folded, category, tax_code, created_at) values ($1, $2, $3, $4, $5, $6, 'laboratory', '999312', $7) on conflict do nothing", [plan.tenantId, id, `LAB-${code}`, foldText(`LAB-${code}`), name, foldText(name), plan.on])
    await client.query("insert into service_prices (tenant_id, id, service_id, amount, currency, tax_rate_percent, is_tax_included, valid_from, created_at) values ($1, $2, $3, $4, 'INR', '0', false, '2000-01-01', $5) on conflict do nothing", [plan.tenantId, idOf(plan, 'price', `LAB-${code}`), id, amount, plan.on])
    await client.query('update lab_tests set service_id = $3 where tenant_id = $1 and id = $2 and service_id is null', [plan.tenantId, idOf(plan, 'lab-test', code), id])
  }
}

type SetItem = string | { code: string; quantity: string } | { kind: 'nursing' | 'diet' | 'procedure' | 'imaging'; name: string }
const sets: readonly [string, readonly SetItem[]][] = [
  ['Breathlessness, ward', ['NTPROBNP', 'LYTES', 'RFT', { kind: 'nursing', name: 'Weigh daily before breakfast' }, { kind: 'diet', name: 'Salt restricted, 2 g' }, { kind: 'imaging', name: 'Chest X-ray' }]],
  ['Sepsis, first hour', [{ code: 'BLCUL', quantity: '2' }, 'LACT', 'CBC', 'RFT', 'COAG', { kind: 'nursing', name: 'Vital signs every 15 minutes' }]],
  ['Annual check', ['CBC', 'RFT', 'LFT', 'LIPID', 'HBA1C', 'UA']], ['Chest pain', ['TROPI', 'CBC', 'LYTES']], ['Fever', ['CBC', 'CRP', 'MP', 'NS1', 'UA', 'BLCUL']], ['Before surgery', ['PREOP']]]

async function seedSets(client: pg.Client, plan: CarePlan): Promise<void> {
  for (const [name, codes] of sets) {
    const id = idOf(plan, 'order-set', name)
    const items = codes.map((item) => {
      if (typeof item === 'object' && 'kind' in item) return { ...item, quantity: '1' }
      const { code, quantity } = typeof item === 'string' ? { code: item, quantity: '1' } : item
      return { kind: 'laboratory', code, quantity, name: starterTests().find((test) => test.code === code)?.name }
    })
    await client.query('insert into order_sets (tenant_id, id, name, name_folded, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing', [plan.tenantId, id, name, foldText(name), plan.on])
    await client.query('insert into order_set_versions (tenant_id, id, order_set_id, set_version, items, created_at) values ($1, $2, $3, 1, $4, $5) on conflict do nothing', [plan.tenantId, idOf(plan, 'order-set-version', name), id, JSON.stringify(items), plan.on])
  }
}

/** What stands on a tube of the seeded work: the `tube`-th of an order. */
export const tubeNumber = (facilityCode: string, order: number, tube: number): string => `${facilityCode}S${String(order * 2 + tube + 1).padStart(7, '0')}`

const facilityOf = (plan: CarePlan): { id: string; code: string } => plan.facilities[0] ?? { id: '', code: '' }

async function seedInstrument(client: pg.Client, plan: CarePlan): Promise<void> {
  const id = idOf(plan, 'instrument', 'haematology')
  await client.query("insert into instruments (tenant_id, id, facility_id, name, protocol, created_at) values ($1, $2, $3, 'Haematology analyser', 'hl7', $4) on conflict do nothing", [plan.tenantId, id, facilityOf(plan).id, plan.on])
  for (const code of ['HGB', 'RBC', 'HCT', 'MCV', 'MCH', 'MCHC', 'RDW', 'WBC', 'PLT', 'MPV']) {
    await client.query("insert into instrument_codes (tenant_id, id, instrument_id, code, test_id) values ($1, $2, $3, $4, $5) on conflict do nothing", [plan.tenantId, idOf(plan, 'instrument-code', code), id, code, idOf(plan, 'lab-test', code)])
  }
}

async function seedQuality(client: pg.Client, plan: CarePlan): Promise<void> {
  const random = randomFrom(plan.seed + 99)
  const levels = [{ level: 'low', mean: 3.0, sd: 0.08 }, { level: 'high', mean: 6.0, sd: 0.12 }]
  const test = idOf(plan, 'lab-test', 'K')
  for (const { level, mean, sd } of levels) {
    await client.query("insert into qc_lots (tenant_id, id, facility_id, test_id, material, lot_number, level, mean, sd, expires_on, created_at) values ($1, $2, $3, $4, 'Chemistry control', 'L2611', $5, $6, $7, $8::date + 540, $8::date) on conflict do nothing", [plan.tenantId, idOf(plan, 'qc-lot', level), facilityOf(plan).id, test, level, mean, sd, plan.on])
  }
  for (let day = 20; day >= 1; day -= 1) {
    const at = new Date(Date.parse(`${plan.on}T02:30:00Z`) - day * 86_400_000)
    const run = idOf(plan, 'qc-run', String(day))
    const zs = levels.map(() => Math.round((random() + random() + random() - 1.5) * 160) / 100)
    const isWarned = zs.some((z) => Math.abs(z) > 2)
    await client.query('insert into qc_runs (tenant_id, id, facility_id, test_id, state, broken, measured_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing', [plan.tenantId, run, facilityOf(plan).id, test, isWarned ? 'warning' : 'accepted', isWarned ? '1-2s' : '', at])
    for (const [index, { level, mean, sd }] of levels.entries()) {
      const z = zs[index] ?? 0
      await client.query('insert into qc_points (tenant_id, id, run_id, lot_id, value, z, mean, sd, broken, measured_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing', [plan.tenantId, idOf(plan, 'qc-point', `${day}:${level}`), run, idOf(plan, 'qc-lot', level), (mean + z * sd).toFixed(2), z, mean, sd, Math.abs(z) > 2 ? '1-2s' : '', at])
    }
  }
}

const analytes = [
  { code: 'HGB', low: 11, high: 15, decimals: 1, from: 12, to: 16 }, { code: 'WBC', low: 4.5, high: 12.5, decimals: 2, from: 4, to: 11 }, { code: 'PLT', low: 140, high: 420, decimals: 0, from: 150, to: 450 }, { code: 'NA', low: 133, high: 146, decimals: 0, from: 136, to: 145 }, { code: 'K', low: 3.3, high: 5.3, decimals: 1, from: 3.5, to: 5 }, { code: 'CREAT', low: 0.5, high: 1.5, decimals: 2, from: 0.5, to: 1.1 },
] as const
const stages = ['requested', 'requested', 'collected', 'received', 'received', 'released', 'released', 'released'] as const
const tubes = [{ container: 'EDTA', type: 'whole blood', codes: ['HGB', 'WBC', 'PLT'] }, { container: 'serum gel', type: 'serum', codes: ['NA', 'K', 'CREAT'] }] as const

/** Orders of the last days: some to collect, some on the bench, most released, a few patients with a history. */
async function seedWork(client: pg.Client, plan: CarePlan): Promise<void> {
  const random = randomFrom(plan.seed + 4711)
  const facility = facilityOf(plan)
  const orderer = plan.practitioners[0]
  if (orderer === undefined || plan.patients === 0) return
  for (let index = 0; index < 40; index += 1) {
    const stage = stages[index % stages.length] ?? 'released'
    // The demo gives its patients to the facilities in turn; the laboratory is in the first.
    const patient = stableId(plan.seed, `${plan.hospital.key}:patient:${(Math.floor(random() * Math.min(plan.patients, 24)) * 2) % plan.patients}`)
    const at = new Date(Date.parse(`${plan.on}T04:00:00Z`) - (stage === 'released' ? Math.floor(random() * 60) * 86_400_000 : 0) - index * 60_000)
    await seedOrder(client, plan, { index, stage, patient, at, orderer, facility, random })
  }
  await client.query("insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'specimen', '', '', 1000), ($1, $2, 'lab-report', '', '', 1000) on conflict do nothing", [plan.tenantId, facility.id])
}

const partners: readonly [string, string, number | null][] = [['send-out', 'Central reference laboratory', 72], ['collecting-centre', 'Market road collecting centre', null]]
/** Days ago, kind, what was done, and in how many days it is due again. */
const logged: readonly [number, 'calibration' | 'maintenance' | 'repair' | 'reagent', string, number | null][] = [
  [0, 'maintenance', 'Daily clean of the aspiration probe, background counts within limits', 1], [6, 'calibration', 'Calibration of haemoglobin and cell counts with calibrator lot C2611: accepted', 180],
  [9, 'reagent', 'Lyse lot H2611 put on board', null], [21, 'repair', 'Sheath pump changed by the service engineer; controls of both levels accepted', null], [28, 'maintenance', 'Monthly clean of the flow cell', 2],
]
const reagents: readonly [string, string, number, readonly string[]][] = [['CBC diluent and lyse', 'H2611', 340, ['HGB', 'WBC', 'PLT']], ['Electrolyte pack', 'E0932', 120, ['NA', 'K', 'CL']]]

/** Laboratories to work with, reagents on board, and the log of the analyser. */
async function seedBench(client: pg.Client, plan: CarePlan): Promise<void> {
  for (const [kind, name, hours] of partners) await client.query('insert into lab_partners (tenant_id, id, kind, name, name_folded, turnaround_hours, created_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing', [plan.tenantId, idOf(plan, 'lab-partner', name), kind, name, foldText(name), hours, plan.on])
  for (const [index, [days, kind, note, due]] of logged.entries()) {
    await client.query(
      "insert into lab_logs (tenant_id, id, facility_id, instrument_id, kind, note, next_due_on, occurred_at, recorded_at) values ($1, $2, $3, $4, $5, $6, $7::date + $8::int, $9, $9) on conflict do nothing",
      [plan.tenantId, idOf(plan, 'lab-log', String(index)), facilityOf(plan).id, idOf(plan, 'instrument', 'haematology'), kind, note, plan.on, due, new Date(Date.parse(`${plan.on}T02:00:00Z`) - days * 86_400_000)],
    )
  }
  for (const [name, lot, left, codes] of reagents) {
    const id = idOf(plan, 'reagent', lot)
    await client.query(
      "insert into reagent_lots (tenant_id, id, facility_id, name, lot_number, expires_on, on_board_days, on_board_until, tests_total, tests_left, state, opened_at, created_at) values ($1, $2, $3, $4, $5, $6::date + 200, 45, $6::date + 30, 500, $7, 'in-use', $6::date - 15, $6::date - 20) on conflict do nothing",
      [plan.tenantId, id, facilityOf(plan).id, name, lot, plan.on, left],
    )
    for (const code of codes) await client.query('insert into reagent_lot_tests (tenant_id, id, lot_id, test_id) values ($1, $2, $3, $4) on conflict do nothing', [plan.tenantId, idOf(plan, 'reagent-test', `${lot}:${code}`), id, idOf(plan, 'lab-test', code)])
  }
}

interface SeedOrder {
  index: number
  stage: (typeof stages)[number]
  patient: string
  at: Date
  orderer: string
  facility: { id: string; code: string }
  random: () => number
}

async function seedOrder(client: pg.Client, plan: CarePlan, { index, stage, patient, at, orderer, facility, random }: SeedOrder): Promise<void> {
  const order = idOf(plan, 'lab-order', String(index))
  const isOut = stage === 'released'
  const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
  const state = isOut ? 'completed' : stage === 'requested' ? 'active' : 'in-progress'
  await client.query("insert into orders (tenant_id, id, patient_id, facility_id, orderer_id, priority, signed_at, state, occurred_at, placed_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $7, $5) on conflict do nothing", [plan.tenantId, order, patient, facility.id, orderer, index % 7 === 0 ? 'urgent' : 'routine', at, state])
  const itemState = isOut ? 'completed' : stage === 'requested' ? 'ordered' : 'in-progress'
  let position = 0
  for (const [tubeIndex, tube] of tubes.entries()) {
    const specimen = idOf(plan, 'specimen', `${index}:${tubeIndex}`)
    const isTaken = stage !== 'requested'
    const isHere = stage === 'received' || isOut
    await client.query(
      'insert into specimens (tenant_id, id, number, patient_id, facility_id, order_id, type, container, contents, priority, state, collected_at, received_at, due_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing',
      [plan.tenantId, specimen, tubeNumber(facility.code, index, tubeIndex), patient, facility.id, order, tube.type, tube.container, tube.codes.join(' '), index % 7 === 0 ? 'urgent' : 'routine', isOut ? 'received' : stage, isTaken ? later(10) : null, isHere ? later(25) : null, later(240), at],
    )
    for (const code of tube.codes) {
      const analyte = analytes.find((one) => one.code === code)
      const test = starterTests().find((one) => one.code === code)
      if (analyte === undefined || test === undefined) continue
      const item = idOf(plan, 'lab-item', `${index}:${code}`)
      const value = (analyte.low + random() * (analyte.high - analyte.low)).toFixed(analyte.decimals)
      const flag = Number(value) < analyte.from ? 'L' : Number(value) > analyte.to ? 'H' : 'N'
      const result = idOf(plan, 'result', `${index}:${code}`)
      const kept = isOut ? { value, flag, at: later(60) } : { value: '', flag: '', at: null }
      await client.query("insert into order_items (tenant_id, id, order_id, patient_id, facility_id, kind, catalogue_id, code, name, position, state, placed_at) values ($1, $2, $3, $4, $5, 'laboratory', $6, $7, $8, $9, $10, $11) on conflict do nothing", [plan.tenantId, item, order, patient, facility.id, idOf(plan, 'lab-test', code), code, test.name, (position += 1), itemState, at])
      await client.query(
        `insert into results (tenant_id, id, patient_id, facility_id, order_id, order_item_id, specimen_id, test_id, code, name, bench, position, priority, state, status, result_version, value_kind, value_text, value_number, unit, reported_unit, flag, range_low, range_high, collected_at, entered_at, verified_at, released_at, released_by, due_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'routine', $13, $14, $15, 'numeric', $16::text, nullif($16::text, '')::numeric, $17, $17, $18, $19, $20, $21, $22, $22, $22, $23, $24, $25) on conflict do nothing`,
        [plan.tenantId, result, patient, facility.id, order, item, specimen, idOf(plan, 'lab-test', code), code, test.name, test.bench, position * 1000, isOut ? 'released' : 'pending', isOut ? 'final' : '', isOut ? 1 : 0, kept.value, test.unit ?? '', kept.flag, analyte.from, analyte.to, isTaken ? later(10) : null, kept.at, isOut ? orderer : null, later(240), at],
      )
      if (!isOut) continue
      await client.query(
        `insert into result_versions (tenant_id, id, result_id, result_version, patient_id, status, value_text, value_number, comparator, unit, flag, is_critical, range_low, range_high, range_text, method, comment, reason, detail, released_at, released_by)
         values ($1, $2, $3, 1, $4, 'final', $5::text, $5::text::numeric, '', $6, $7, false, $8, $9, '', '', '', '', '{}', $10, $11) on conflict do nothing`,
        [plan.tenantId, idOf(plan, 'result-version', `${index}:${code}`), result, patient, value, test.unit ?? '', flag, analyte.from, analyte.to, later(60), orderer],
      )
    }
  }
  if (isOut) await client.query("insert into lab_reports (tenant_id, id, number, patient_id, facility_id, order_id, status, issued_at, patient_told_at, created_at) values ($1, $2, $3, $4, $5, $6, 'final', $7, $7, $7) on conflict do nothing", [plan.tenantId, idOf(plan, 'lab-report', String(index)), `${facility.code}R${String(index + 1).padStart(7, '0')}`, patient, facility.id, order, later(60)])
}
