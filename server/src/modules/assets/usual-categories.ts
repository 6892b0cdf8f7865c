export interface UsualCategory {
  name: string
  years: number
  source: string
}

/**
 * What a hospital has, with the useful lives of the Companies Act 2013, Schedule II, Part C (as amended by the notifications of 31 March and 29 August 2014).
 * `source` is the place in Part C.
 */
export const usualCategories: readonly UsualCategory[] = [
  { name: 'Medical and diagnostic equipment (electrical, X-ray, CT, ultrasound, ECG)', years: 13, source: 'Schedule II, Part C, IV (ii) (i) 1' },
  { name: 'Other medical and surgical equipment', years: 15, source: 'Schedule II, Part C, IV (ii) (i) 2' },
  { name: 'Laboratory equipment', years: 10, source: 'Schedule II, Part C, XII (i)' },
  { name: 'Plant and machinery, general', years: 15, source: 'Schedule II, Part C, IV (i) (a)' },
  { name: 'Electrical installations', years: 10, source: 'Schedule II, Part C, XIII' },
  { name: 'Furniture and fittings', years: 10, source: 'Schedule II, Part C, V (i)' },
  { name: 'Office equipment', years: 5, source: 'Schedule II, Part C, X' },
  { name: 'Servers and networks', years: 6, source: 'Schedule II, Part C, XI (i)' },
  { name: 'Computers and end user devices', years: 3, source: 'Schedule II, Part C, XI (ii)' },
  { name: 'Motor vehicles and ambulances', years: 8, source: 'Schedule II, Part C, VI 3' },
  { name: 'Buildings with RCC frame', years: 60, source: 'Schedule II, Part C, I (a)' },
]

/** Five per cent. of the original cost at most: Schedule II, Part A, paragraph 3 (i). */
export const usualResidualPercent = '5'
