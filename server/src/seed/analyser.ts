import { tubeNumber } from './laboratory.ts'

const codes = ['HGB', 'WBC', 'PLT'] as const

interface Measured {
  /** Which order of the seeded work; its tube is on the bench. */
  order: number
  values: Record<(typeof codes)[number], string>
  isMisread?: boolean
}

const measured: readonly Measured[] = [
  { order: 3, values: { HGB: '13.4', WBC: '7.20', PLT: '262' } },
  { order: 4, values: { HGB: '10.1', WBC: '12.60', PLT: '418' } },
  { order: 11, values: { HGB: '14.2', WBC: '6.10', PLT: '233' } },
  { order: 12, values: { HGB: '12.8', WBC: '8.40', PLT: '305' }, isMisread: true },
]

const units = { HGB: 'g/dL', WBC: '10*3/uL', PLT: '10*3/uL' } as const

/** What the haematology analyser sends in a morning (HL7 v2.5.1, ORU^R01); of the last tube it misread the label by a digit. */
export function messages(facilityCode: string, at: Date): string[] {
  return measured.map(({ order, values, isMisread }, index) => {
    const stamp = new Date(at.getTime() - (measured.length - index) * 240_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
    const number = tubeNumber(facilityCode, order, 0)
    const tube = isMisread === true ? number.replace('S0', 'S8') : number
    return [
      `MSH|^~\\&|HAEMATOLOGY|LAB|TRIVENI|${facilityCode}|${stamp}||ORU^R01^ORU_R01|H${stamp}${index}|P|2.5.1`, 'PID|1', `OBR|1|${tube}||CBC^Complete blood count|||${stamp}`,
      ...codes.map((code, place) => `OBX|${place + 1}|NM|${code}||${values[code]}|${units[code]}|||||F|||${stamp}`), '',
    ].join('\r')
  })
}
