import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

const testOf = async (code: string) => {
  const id = (await bench.admin.listTests({ query: { search: code } })).body.items.find((one) => one.code === code)?.id ?? ''
  return (await bench.admin.readTest({ params: { id } })).body
}
const change = async (code: string, body: Parameters<Bench['admin']['updateTest']>[0]['body']) => {
  const { id, version } = await testOf(code)
  return bench.admin.updateTest({ params: { id }, ifMatch: version, body })
}
const csvOf = async () => Buffer.from((await bench.admin.exportTests({})).body as unknown as Uint8Array).toString('utf8')

describe('the price of a test', () => {
  it('is linked, named, charged, and taken away again', async () => {
    const money = await hospital.as(billing, 'admin')
    const service = (await money.createService({ body: { code: 'LAB-K', name: 'Potassium, serum', price: { amount: '150.00', currency: 'INR' } } })).body
    expect((await testOf('K')).service).toBeNull()
    expect((await change('K', { serviceId: service.id })).body).toMatchObject({ serviceId: service.id, service: { code: 'LAB-K', name: 'Potassium, serum', isActive: true } })
    const { encounterId } = await bench.order(['K'])
    expect((await money.listCharges({ query: { encounterId } })).body.items).toMatchObject([{ service: { code: 'LAB-K' } }])
    expect((await change('K', { serviceId: null })).body).toMatchObject({ serviceId: null, service: null })
  })

  it('that is not there, or not in use, is refused at its field', async () => {
    const money = await hospital.as(billing, 'admin')
    const service = (await money.createService({ body: { code: 'LAB-OLD', name: 'Old', price: { amount: '1.00', currency: 'INR' } } })).body
    await money.updateService({ params: { id: service.id }, ifMatch: service.version, body: { isActive: false } })
    for (const serviceId of [service.id, hospital.facilityId]) expect((await change('NA', { serviceId })).problem).toMatchObject({ status: 422, errors: [{ path: 'serviceId', code: 'laboratory.unknown_service' }] })
  })

  it('goes out and comes in as the code of the service; an empty field leaves it, an unknown code is named by its row', async () => {
    const money = await hospital.as(billing, 'admin')
    const service = (await money.createService({ body: { code: 'LAB-CL', name: 'Chloride', price: { amount: '90.00', currency: 'INR' } } })).body
    const head = 'code,name,category,bench,specimenType,container,turnaroundMinutes,serviceCode'
    const row = (code: string, serviceCode: string) => `${code},Chloride,chemistry,chemistry,serum,serum gel,240,${serviceCode}`
    expect((await bench.admin.importTests({ body: { csv: `${head}\n${row('CL', 'LAB-CL')}\n` } })).body).toEqual({ created: 0, updated: 1 })
    expect((await testOf('CL')).serviceId).toBe(service.id)
    expect(await csvOf()).toMatch(/^CL,.*LAB-CL/m)
    await bench.admin.importTests({ body: { csv: `${head}\n${row('CL', '')}\n` } })
    expect((await testOf('CL')).serviceId).toBe(service.id)
    expect((await bench.admin.importTests({ body: { csv: `${head}\n${row('CL', 'LAB-NONE')}\n` } })).problem).toMatchObject({ status: 422, errors: [{ path: 'rows.0.serviceCode', code: 'laboratory.unknown_service' }] })
  })
})

describe('a formula and the units it was written for', () => {
  const egfrOf = async (creatinine: string) => {
    const { order, results } = await bench.received(['EGFR'], { patientId: await bench.person({ sex: 'female', ageYears: 50 }) })
    const row = results.find((one) => one.code === 'CREAT')
    await bench.lab.enterResult({ body: { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value: creatinine, isConfirmed: true } })
    return (await bench.resultsOf(order.id)).find((one) => one.code === 'EGFR')
  }

  it('reads creatinine in mg/dL also where the laboratory measures µmol/L', async () => {
    expect((await testOf('EGFR')).formulaUnits).toEqual({ CREAT: 'mg/dL' })
    const before = (await egfrOf('1.0'))?.value
    const { rules } = await testOf('CREAT')
    expect((await change('CREAT', { unit: 'umol/L', decimals: 0, ranges: [], rules: { molarMass: rules.molarMass } })).status).toBe(200)
    // 1.0 mg/dL by its molar mass of 113.12 g/mol
    expect((await egfrOf('88.4'))?.value).toBe(before)
    expect(Number(before)).toBeGreaterThan(50)
    expect((await egfrOf('1.0'))?.value).not.toBe(before)
  })

  it('a unit it cannot be converted from is refused by the name of the formula, and so is losing what converts it', async () => {
    const limits = { ranges: [], rules: {} }
    expect((await change('CHOL', { unit: 'mmol/L', ...limits })).problem).toMatchObject({ status: 422, code: 'laboratory.unit_in_formula', title: expect.stringContaining('LDL cholesterol, Friedewald'), errors: [{ path: 'unit' }] })
    expect((await change('CREAT', { rules: {} })).problem).toMatchObject({ status: 422, code: 'laboratory.unit_in_formula', title: expect.stringContaining('eGFR'), errors: [{ path: 'rules' }] })
    expect((await testOf('CHOL')).unit).toBe('mg/dL')
  })

  it('limits of the old unit do not stay under the new one', async () => {
    expect((await change('NONHDL', { unit: 'mmol/L', ranges: [] })).problem).toMatchObject({ status: 422, errors: [{ path: 'formula', code: 'laboratory.unit_with_limits' }] })
    expect((await change('GLUF', { unit: 'mmol/L' })).problem).toMatchObject({ status: 422, code: 'laboratory.unit_with_limits', errors: expect.arrayContaining([expect.objectContaining({ path: 'ranges' })]) })
  })

  it('goes out and comes in with the table; a new formula is written for the units of its day', async () => {
    expect(await csvOf()).toMatch(/^EGFR,.*CREAT=mg\/dL/m)
    const made = await bench.admin.createTest({ body: { code: 'CREAT2', name: 'Twice creatinine', kind: 'calculated', category: 'x', bench: 'chemistry', specimenType: 'serum', container: 'serum gel', turnaroundMinutes: 60, formula: '{CREAT}*2' } })
    expect(made.body.formulaUnits).toEqual({ CREAT: (await testOf('CREAT')).unit })
    expect((await change('CREAT2', { formulaUnits: { CREAT: '10*3/uL' } })).problem.errors?.[0]).toMatchObject({ path: 'formulaUnits.CREAT', code: 'laboratory.unit_unknown' })
    expect((await change('CREAT2', { formulaUnits: { CREAT: 'mg/dL' } })).body.formulaUnits).toEqual({ CREAT: 'mg/dL' })
  })
})
