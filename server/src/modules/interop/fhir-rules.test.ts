import { describe, expect, it } from 'vitest'
import { fieldsOf, rowOf } from './csv-rules.ts'
import { componentsOf, medicineOf, saysNoKnownAllergy, saysNot, shapes, valueOf } from './fhir-rules.ts'

const code = (text: string) => ({ text })
const observed = (more: object) => shapes.Observation.parse({ status: 'final', code: code('x'), subject: {}, ...more })

describe('the value of an observation', () => {
  it.each([
    [{ valueQuantity: { value: 7.1, unit: 'mmol/L' } }, { number: '7.1', text: '', unit: 'mmol/L' }],
    [{ valueQuantity: { value: 5, comparator: '<', code: 'mg' } }, { number: null, text: '<5', unit: 'mg' }],
    [{ valueCodeableConcept: code('Never smoker') }, { number: null, text: 'Never smoker', unit: '' }],
    [{ valueInteger: 3 }, { number: '3', text: '', unit: '' }],
    [{ valueBoolean: false }, { number: null, text: 'false', unit: '' }],
    [{ valueTime: '08:30:00' }, { number: null, text: '08:30:00', unit: '' }],
    [{ valueRange: { low: { value: 2, unit: 'kg' }, high: { value: 3, unit: 'kg' } } }, { number: null, text: '2 kg – 3 kg', unit: '' }],
    [{ valueRatio: { numerator: { value: 1 }, denominator: { value: 64 } } }, { number: null, text: '1 : 64', unit: '' }],
    [{ valuePeriod: { start: '2020-01-01' } }, { number: null, text: '2020-01-01 – ?', unit: '' }],
    [{ component: [{ code: code('Systolic'), valueQuantity: { value: 120, unit: 'mm[Hg]' } }, { code: code('Diastolic'), valueQuantity: { value: 80, unit: 'mm[Hg]' } }] }, { number: null, text: 'Systolic 120 mm[Hg]; Diastolic 80 mm[Hg]', unit: '' }],
    [{ component: [{ code: code('Housing'), valueCodeableConcept: code('I have housing') }] }, { number: null, text: 'Housing I have housing', unit: '' }],
    [{}, { number: null, text: '', unit: '' }],
  ])('%j', (more, expected) => expect(valueOf(observed(more))).toEqual(expected))

  it('keeps the words of its parts', () => {
    expect(componentsOf(observed({ component: [{ code: code('Housing'), valueCodeableConcept: code('Yes') }, { code: code('Pulse'), valueQuantity: { value: 70, code: '/min' } }] }))).toEqual([
      { code: '', display: 'Housing', value: null, text: 'Yes', unit: '' }, { code: '', display: 'Pulse', value: 70, text: '', unit: '/min' },
    ])
  })
})

const snomed = (value: string) => ({ coding: [{ system: 'http://snomed.info/sct', code: value }] })
const status = (value: string) => ({ coding: [{ code: value }] })

describe('what says that something is not so', () => {
  it.each([
    ['Procedure', { status: 'not-done' }, true],
    ['Procedure', { status: 'completed' }, false],
    ['Immunization', { status: 'not-done' }, true],
    ['Observation', { status: 'cancelled' }, true],
    ['Encounter', { status: 'cancelled' }, false],
    ['MedicationRequest', { status: 'active', doNotPerform: true }, true],
    ['MedicationRequest', { status: 'active', doNotPerform: false }, false],
    ['Condition', { verificationStatus: status('refuted') }, true],
    ['Condition', { verificationStatus: status('entered-in-error') }, false],
    ['AllergyIntolerance', { code: snomed('716186003') }, true],
    ['AllergyIntolerance', { code: snomed('409137002') }, true],
    ['AllergyIntolerance', { code: snomed('91936005') }, false],
    ['AllergyIntolerance', { code: 7 }, false],
  ])('%s %j: %s', (type, resource, expected) => expect(saysNot(type, resource)).toBe(expected))

  it.each([
    [{ code: snomed('716186003') }, true],
    [{ code: snomed('716186003'), clinicalStatus: status('resolved') }, false],
    [{ code: snomed('716186003'), verificationStatus: status('refuted') }, false],
    [{ code: snomed('716186003'), verificationStatus: status('entered-in-error') }, false],
    [{ code: snomed('409137002') }, false],
  ])('no known allergy %j: %s', (resource, expected) => expect(saysNoKnownAllergy('AllergyIntolerance', resource)).toBe(expected))
})

describe('the name of a medicine', () => {
  const order = (more: object) => shapes.MedicationRequest.parse({ status: 'active', subject: {}, ...more })
  it.each([
    [order({ medicationCodeableConcept: { text: 'Metformin' } }), undefined, 'Metformin'],
    [order({ contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Insulin' } }], medicationReference: { reference: '#m' } }), undefined, 'Insulin'],
    [order({ contained: [{ id: 'm', code: 5 }, 'x'], medicationReference: { reference: '#m', display: 'Warfarin' } }), undefined, 'Warfarin'],
    [order({ medicationReference: { reference: 'Medication/1' } }), { code: { coding: [{ code: '1', display: 'Cisplatin' }] } }, 'Cisplatin'],
    [order({ medicationReference: { reference: 'Medication/1' } }), undefined, 'Medication'],
  ])('is found wherever it stands', (one, named, expected) => expect(medicineOf(one, named).text).toBe(expected))
})

describe('a row of a table', () => {
  const headers = ['Phone', 'Mobile', 'First Name', 'Name', 'Ward', 'Ward', '__proto__']
  it('keeps every cell: phones together, what has no field by its header', () => {
    const row = rowOf(headers, fieldsOf(headers), ['1', '2', 'Asha', 'Asha Rao', 'A', 'B', 'C', 'beyond'])
    expect(row.cells).toEqual({ phone: '1;2', givenName: 'Asha' })
    expect(Object.entries(row.others)).toEqual([['Name', 'Asha Rao'], ['Ward', 'A'], ['Ward (6)', 'B'], ['__proto__', 'C'], ['column 8', 'beyond']])
    expect(rowOf(headers, fieldsOf(headers), ['', '2', '', 'Asha Rao']).cells).toEqual({ phone: '2', givenName: 'Asha Rao' })
  })
})
