import { describe, expect, it } from 'vitest'
import { unstated } from './tenant-check.ts'

const tables = new Set(['patients', 'encounters'])

describe('the tenant of a statement', () => {
  it('is stated for each table', () => {
    expect(unstated('select id from patients where tenant_id = $1', tables)).toEqual([])
    expect(unstated('select p."id" from "patients" as p join "encounters" as e on e."tenant_id" = $1 and e.patient_id = p.id where p."tenant_id" = $1', tables)).toEqual([])
    expect(unstated('select 1 from tenants', tables)).toEqual([])
  })
  it('is missed when one table goes without', () => {
    expect(unstated('select id from patients where id = $1', tables)).toEqual(['patients'])
    expect(unstated('update encounters set state = $1 where id = $2', tables)).toEqual(['encounters'])
    expect(unstated('select 1 from patients p join encounters e on e.patient_id = p.id where p.tenant_id = $1', tables)).toEqual(['patients', 'encounters'])
  })
})
