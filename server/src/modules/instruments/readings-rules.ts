/** One result as an instrument reports it, whatever its language. */
export interface Reading {
  /** Numbers that may name the tube; more than one tube among them is not guessed about. */
  specimenNumbers: string[]
  patientIds: string[]
  /** What the instrument calls the test, the most exact name first. */
  codes: string[]
  name: string
  value: string
  unit: string
  /** F final, P preliminary, C corrected, X could not be done, … as HL7 table 0085 and ASTM R-9 have it. */
  status: string
  comment: string
  /** When it was measured, as the instrument writes it; empty where it does not say. */
  measuredAt: string
  isControl: boolean
}

/** What an instrument asks about (host query): one tube, under any of the names, or every tube with open tests. */
export interface Query {
  names: string[]
  /** Tests it asks for; none named means all that are open. */
  codes: string[]
  isAll: boolean
}

export interface ReadMessage {
  type: string
  controlId: string
  readings: Reading[]
  queries: Query[]
}

const usual: Readonly<Record<string, string>> = {
  'u/l': 'U/L', 'iu/l': '[IU]/L', 'iu/ml': '[IU]/mL', 'miu/l': 'm[IU]/L', 'miu/ml': 'm[IU]/mL', 'uiu/ml': 'u[IU]/mL', 'mg/dl': 'mg/dL', 'g/dl': 'g/dL', 'g/l': 'g/L', 'mmol/l': 'mmol/L', 'umol/l': 'umol/L', 'µmol/l': 'umol/L', 'ng/ml': 'ng/mL', 'pg/ml': 'pg/mL', 'ug/l': 'ug/L', 'ng/dl': 'ng/dL', 'ug/dl': 'ug/dL', 'mg/l': 'mg/L',
  '10^3/ul': '10*3/uL', '10*3/ul': '10*3/uL', '10e3/ul': '10*3/uL', 'x10^3/ul': '10*3/uL', '10^3/mm3': '10*3/uL', '10^9/l': '10*9/L', '10*9/l': '10*9/L', '10^6/ul': '10*6/uL', '10*6/ul': '10*6/uL', '10e6/ul': '10*6/uL', '10^6/mm3': '10*6/uL', '10^12/l': '10*12/L', '10*12/l': '10*12/L', fl: 'fL', pg: 'pg', '%': '%', sec: 's', mmhg: 'mm[Hg]',
}

/** The unit as UCUM writes it, where an instrument writes it in a usual other way. */
export const ucumOf = (unit: string): string => usual[unit.trim().toLowerCase()] ?? unit.trim()

/** The names under which a driver may know a code: as it is, and without a trailing slash or dilution. */
export const codeVariants = (codes: readonly string[]): string[] => [...new Set(codes.flatMap((code) => [code.trim(), code.trim().replace(/\/+\s*$/, '')]).filter((code) => code !== '' && code.length <= 80))]
