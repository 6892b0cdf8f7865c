import { describe, expect, it } from 'vitest'
import { isSameMedicine } from './equivalents.ts'

type Told = [generic: string, strength?: string, form?: string]
const tablet = ([genericName, strength = '', dosageForm = 'tablet']: Told) => ({ system: 'allopathy', genericName, systemData: { dosageForm, ...(strength === '' ? {} : { strength }) } })
const remedy = (genericName: string, potency: string) => ({ system: 'homeopathy', genericName, systemData: Object.fromEntries(potency === '' ? [] : [['potency', potency]]) })

const same: [Told, Told][] = [
  [['Paracetamol', '500 mg'], ['PARACETAMOL', '500mg', 'Tablets']],
  [['Paracetamol', '500 mg'], ['Paracetamol IP', '0.5 g', 'Tab']],
  [['Amoxicillin + Clavulanic acid', '500 mg + 125 mg'], ['Clavulanic acid/Amoxicillin', '125 mg + 500 mg']],
  [['Amoxicillin 500 mg and Clavulanic acid 125 mg'], ['Amoxicillin with Clavulanic acid', '500mg + 125mg']],
  [['Amlodipine', '5 mg'], ['Amlodipine besylate', '5 mg']],
  [['Levothyroxine sodium', '50 mcg'], ['Levothyroxine', '0.05 mg']],
  [['Amoxicillin', '250 mg/5 ml', 'oral suspension'], ['Amoxicillin trihydrate', '50 mg/ml', 'Suspension']],
  [['Azithromycin', '500 mg', 'film-coated tablet'], ['Azithromycin', '500 mg', 'tablet']],
  [['Insulin glargine', '100 units/ml', 'injection'], ['Insulin Glargine', '100 unit/ml', 'Inj']],
]
const different: [Told, Told, string][] = [
  [['Paracetamol', '500 mg'], ['Paracetamol', '650 mg'], 'strength'],
  [['Paracetamol', '500 mg'], ['Paracetamol', '500 mg', 'syrup'], 'form'],
  [['Paracetamol', '500 mg'], ['Paracetamol + Caffeine', '500 mg + 65 mg'], 'one more ingredient'],
  [['Amoxicillin + Clavulanic acid', '500 mg + 125 mg'], ['Amoxicillin + Clavulanic acid', '875 mg + 125 mg'], 'one of two strengths'],
  [['Metoprolol tartrate', '50 mg'], ['Metoprolol succinate', '50 mg'], 'salt'],
  [['Metformin', '500 mg'], ['Metformin', '500 mg', 'sustained release tablet'], 'release'],
  [['Aspirin', '75 mg', 'enteric coated tablet'], ['Aspirin', '75 mg', 'tablet'], 'coat'],
  [['Morphine', '10 mg'], ['Morphine', '10 mcg'], 'unit'],
  [['Paracetamol'], ['Paracetamol'], 'strength is not said'],
  [['Potassium chloride', '600 mg'], ['Sodium chloride', '600 mg'], 'the salt is the medicine'],
  [['', '500 mg'], ['', '500 mg'], 'nothing is said'],
]

describe('one medicine for another', () => {
  it.each(same)('%j is %j', (one, other) => expect([isSameMedicine(tablet(one), tablet(other)), isSameMedicine(tablet(other), tablet(one))]).toEqual([true, true]))
  it.each(different)('%j is not %j: %s', (one, other) => expect([isSameMedicine(tablet(one), tablet(other)), isSameMedicine(tablet(other), tablet(one))]).toEqual([false, false]))
  it('a remedy is the same in the same potency only, and of its own system', () => {
    expect(isSameMedicine(remedy('Arnica montana', '30C'), remedy('Arnica Montana', '30 c'))).toBe(false)
    expect(isSameMedicine(remedy('Arnica montana', '30C'), remedy('ARNICA MONTANA', '30c'))).toBe(true)
    expect(isSameMedicine(remedy('Arnica montana', '30C'), remedy('Arnica montana', '200C'))).toBe(false)
    expect(isSameMedicine(remedy('Arnica montana', ''), remedy('Arnica montana', ''))).toBe(false)
    expect(isSameMedicine(remedy('Paracetamol', '500 mg'), tablet(['Paracetamol', '500 mg']))).toBe(false)
  })
})
