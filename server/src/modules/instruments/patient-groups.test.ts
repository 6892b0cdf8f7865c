import { describe, expect, it } from 'vitest'
import { readAstm } from './astm-rules.ts'
import { readHl7 } from './hl7-rules.ts'
import { benchLines } from './testing/bench-lines.ts'

const lines = benchLines()
const head = (controlId: string, type = 'ORU^R01^ORU_R01') => `MSH|^~\\&|ANALYSER|LAB|TRIVENI|H|20261120101500||${type}|${controlId}|P|2.5.1`
const submit = (protocol: 'hl7' | 'astm', records: readonly string[]) => lines.lab.submitMessage({ body: { instrumentId: lines.ids[protocol], content: `${records.join('\r')}\r` } })

describe('a message with more than one patient', () => {
  it('HL7: the record number above another group does not vouch for a tube', async () => {
    const [mine, other] = [await lines.tube(['K']), await lines.tube(['K'])]
    await submit('hl7', [head('G1'), `PID|1||${other.mrn}`, `OBR|1|${other.number}||K`, 'OBX|1|NM|K||4.1|mmol/L|||||F', 'PID|2||GH1-999999', `OBR|1|${mine.number}||K`, 'OBX|1|NM|K||4.2|mmol/L|||||F', `PID|3||${mine.mrn}`, 'OBR|1|NOTUBE||K', 'OBX|1|NM|K||4.3|mmol/L|||||F'])
    expect([(await mine.now())[0]?.state, (await other.now())[0]?.value]).toEqual(['pending', '4.1'])
    expect((await lines.binned()).map((row) => [row.value, row.reason, row.patientHint])).toEqual(expect.arrayContaining([['4.2', 'other-patient', 'GH1-999999'], ['4.3', 'unknown-specimen', mine.mrn]]))
  })

  it('one tube under two patients: the group of the right one lands, the other waits', async () => {
    const mine = await lines.tube(['K', 'NA'])
    await submit('hl7', [head('G2'), 'PID|1||GH1-999999', `OBR|1|${mine.number}||K`, 'OBX|1|NM|K||4.2|mmol/L|||||F', `PID|2||${mine.mrn}`, `OBR|1|${mine.number}||NA`, 'OBX|1|NM|NA||141|mmol/L|||||F'])
    expect((await mine.now()).map((row) => [row.code, row.value]).toSorted()).toEqual([['K', ''], ['NA', '141']])
    const twice = await lines.tube(['K'])
    await submit('hl7', [head('G3'), 'PID|1', `OBR|1|${twice.number}||K`, 'OBX|1|NM|K||4.2|mmol/L|||||F', `PID|2||${twice.mrn}`, `OBR|1|${twice.number}||K`, 'OBX|1|NM|K||6.4|mmol/L|||||F'])
    expect((await twice.now())[0]?.value).toBe('4.2')
    expect((await lines.binned())[0]).toMatchObject({ value: '6.4', reason: 'reported-twice' })
  })

  it('HL7: a note of a patient, an order or a specimen is not one of the result before it', () => {
    const { readings } = readHl7(`${[head('N1'), 'PID|1||GH1-000001', 'OBR|1|T1||K', 'OBX|1|NM|K||4.1|mmol/L|||||F', 'NTE|1||mine', 'PID|2||GH1-000002', 'NTE|1||of the second patient', 'OBR|1|T2||K', 'NTE|1||of the second order', 'OBX|1|NM|K||4.2|mmol/L|||||F', 'NTE|1||also mine', 'SPM|1|T2', 'NTE|1||of the specimen'].join('\r')}\r`)
    expect(readings.map((one) => [one.specimenNumbers, one.patientIds, one.comment])).toEqual([[['T1'], ['GH1-000001'], 'mine'], [['T2'], ['GH1-000002'], 'also mine']])
  })

  it('HL7: nothing is carried over a patient: no tube, no order number, no control', () => {
    const { readings } = readHl7(`${[head('N2', 'OUL^R22^OUL_R22'), 'PID|1||GH1-000001', 'SPM|1|QC1|||||||||Q', 'OBR|1|||K', 'ORC|RE|ORD1', 'OBX|1|NM|K||4.1|mmol/L|||||F', 'ORC|RE|LOST', 'PID|2||GH1-000002', 'OBR|1|T2||K', 'OBX|1|NM|K||4.2|mmol/L|||||F', 'SPM|2|T3', 'OBX|1|NM|VOL||3|mL|||||F', 'OBR|1|||K', 'ORC|RE|ORD3', 'OBX|1|NM|K||4.3|mmol/L|||||F', 'SPM|3|T4', 'OBR|1|||K', 'OBX|1|NM|K||4.4|mmol/L|||||F'].join('\r')}\r`)
    expect(readings.map((one) => [one.specimenNumbers, one.value, one.isControl])).toEqual([[['QC1', 'ORD1'], '4.1', true], [['T2'], '4.2', false], [['T3'], '3', false], [['T3', 'ORD3'], '4.3', false], [['T4'], '4.4', false]])
  })

  it('ASTM: a comment belongs to the record it stands under, a control to its own order', () => {
    const { readings } = readAstm(['H|\\^&|||Analyser|||||||P|LIS2-A2', 'P|1|GH1-000001', 'O|1|QC1||^^^K|R||||||Q', 'R|1|^^^K|4.1|mmol/L||N||F', 'C|1|I|mine', 'O|2|T1||^^^K|R', 'C|1|I|of the order', 'R|1|^^^K|4.2|mmol/L||N||F', 'M|1|GRAPH', 'C|1|I|of the graph', 'P|2|GH1-000002', 'C|1|I|of the second patient', 'R|1|^^^K|4.3|mmol/L||N||F', 'L|1|N', ''].join('\r'))
    expect(readings.map((one) => [one.specimenNumbers, one.patientIds, one.comment, one.isControl])).toEqual([[['QC1'], ['GH1-000001'], 'mine', true], [['T1'], ['GH1-000001'], '', false], [[], ['GH1-000002'], '', false]])
  })

  it('ASTM: the comment of the second patient does not reach the result of the first', async () => {
    const [mine, other] = [await lines.tube(['K']), await lines.tube(['K'])]
    await submit('astm', ['H|\\^&|||Analyser|||||||P|LIS2-A2|20261120101500', `P|1|${mine.mrn}`, `O|1|${mine.number}||^^^K|R`, 'R|1|^^^K|4.1|mmol/L||N||F', `P|2|${other.mrn}`, 'C|1|I|reactive', `O|1|${other.number}||^^^K|R`, 'R|1|^^^K|4.4|mmol/L||N||F', 'L|1|N'])
    expect([(await mine.now())[0], (await other.now())[0]]).toMatchObject([{ value: '4.1', comment: '' }, { value: '4.4', comment: '' }])
  })
})
