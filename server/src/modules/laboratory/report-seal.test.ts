import { beforeAll, describe, expect, it } from 'vitest'
import { laboratory } from '#contract/laboratory.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { sealOf } from './documents.ts'

let hospital: TestHospital
let report = { id: '', version: 0, number: '' }
beforeAll(async () => {
  hospital = await testHospital({ patients: 6, withCare: true })
  const [row] = await hospital.query<typeof report>('select id, version, number from lab_reports where tenant_id = $1 limit 1', [hospital.tenantId])
  report = row ?? report
})

const check = (seal: string) => hospital.anonymous(laboratory).checkReport({ params: { seal } })

describe('the code on a report', () => {
  it('proves number and version to anybody who reads it, and nothing of the patient', async () => {
    const answer = await check(sealOf(hospital.tenantId, report))
    expect([answer.status, answer.body.number, answer.body.reportVersion, answer.body.isCurrent]).toEqual([200, report.number, report.version, true])
    expect(Object.keys(answer.body).toSorted()).toEqual(['currentVersion', 'facility', 'isCurrent', 'isGenuine', 'issuedAt', 'number', 'reportVersion'])
  })

  it('made by somebody else proves nothing', async () => {
    const [tenant, id, version, mac = ''] = sealOf(hospital.tenantId, report).split('.')
    const other = '01a1fc2d-1507-7b51-846e-c138651e46ba'
    for (const seal of [`${tenant}.${id}.${version}.${'A'.repeat(mac.length)}`, `${tenant}.${id}.${version}.${mac.slice(0, -1)}`, `${tenant}.${id}.${Number(version) + 1}.${mac}`, `${tenant}.${other}.${version}.${mac}`, `${other}.${id}.${version}.${mac}`]) expect([seal, (await check(seal)).status]).toEqual([seal, 404])
  })
})
