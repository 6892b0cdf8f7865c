export interface DemoAsset {
  name: string
  maker: string
  model: string
  serial: string
  /** Place of its category in Schedule II, Part C. */
  source: string
  location: string
  criticality: 'life-support' | 'high' | 'medium' | 'low'
  /** Cost in hundred thousand rupees. */
  lakh: number
  daysAgo: number
  state?: 'under-maintenance' | 'out-of-order'
  reason?: string
  isCalibrationFailed?: boolean
  counterUnit?: string
  counter?: number
  contract?: 'amc' | 'cmc'
  plans?: readonly { kind: 'maintenance' | 'calibration' | 'inspection'; name: string; everyMonths: number; dueIn: number }[]
}

const electrical = 'Schedule II, Part C, IV (ii) (i) 1'
const otherMedical = 'Schedule II, Part C, IV (ii) (i) 2'
const halfYearly = (dueIn: number) => ({ kind: 'maintenance' as const, name: 'Preventive maintenance', everyMonths: 6, dueIn })
const yearly = (dueIn: number, name = 'Calibration') => ({ kind: 'calibration' as const, name, everyMonths: 12, dueIn })

/** What a hospital of a hundred beds has; figures are of the demo. */
export const demoAssets: readonly DemoAsset[] = [
  { name: 'Ventilator', maker: 'Dräger', model: 'Evita V300', serial: 'ASKB-0191', source: electrical, location: 'ICU bed 1', criticality: 'life-support', lakh: 14, daysAgo: 1100, counterUnit: 'h', counter: 9120, contract: 'cmc', plans: [halfYearly(-6), yearly(40)] },
  { name: 'Ventilator', maker: 'Dräger', model: 'Evita V300', serial: 'ASKB-0192', source: electrical, location: 'ICU bed 2', criticality: 'life-support', lakh: 14, daysAgo: 1100, state: 'out-of-order', reason: 'Flow sensor reads 12 % low', isCalibrationFailed: true, counterUnit: 'h', counter: 8874, contract: 'cmc', plans: [halfYearly(12), yearly(-2)] },
  { name: 'Defibrillator', maker: 'Philips', model: 'HeartStart XL+', serial: 'US31804417', source: electrical, location: 'Emergency', criticality: 'life-support', lakh: 5, daysAgo: 620, contract: 'amc', plans: [halfYearly(3), yearly(95, 'Energy delivered')] },
  { name: 'Ultrasound machine', maker: 'GE HealthCare', model: 'LOGIQ P9', serial: 'LP9-77120', source: electrical, location: 'Radiology', criticality: 'high', lakh: 21, daysAgo: 850, contract: 'cmc', plans: [halfYearly(55)] },
  { name: 'X-ray, 500 mA', maker: 'Siemens Healthineers', model: 'Multix Select DR', serial: 'MX-40923', source: electrical, location: 'Radiology', criticality: 'high', lakh: 32, daysAgo: 2050, counterUnit: 'exposures', counter: 41260, contract: 'cmc', plans: [{ kind: 'inspection', name: 'AERB quality assurance', everyMonths: 24, dueIn: 18 }] },
  { name: 'ECG machine', maker: 'BPL', model: 'Cardiart 9108', serial: 'C9108-5531', source: electrical, location: 'Ward 1', criticality: 'medium', lakh: 1, daysAgo: 400, plans: [yearly(-15)] },
  { name: 'Patient monitor', maker: 'Mindray', model: 'uMEC12', serial: 'UM12-88201', source: electrical, location: 'ICU bed 1', criticality: 'high', lakh: 2, daysAgo: 210, plans: [yearly(150)] },
  { name: 'Anaesthesia workstation', maker: 'GE HealthCare', model: 'Carestation 620', serial: 'CS620-1174', source: electrical, location: 'Theatre 1', criticality: 'life-support', lakh: 18, daysAgo: 960, state: 'under-maintenance', reason: 'Vaporiser at the maker for service', contract: 'cmc', plans: [halfYearly(1)] },
  { name: 'Operating table', maker: 'Staan', model: 'OT-2100', serial: 'ST-2100-06', source: otherMedical, location: 'Theatre 1', criticality: 'medium', lakh: 4, daysAgo: 1500, plans: [halfYearly(80)] },
  { name: 'Autoclave, 250 litres', maker: 'Yorco', model: 'YSI-414', serial: 'Y414-0098', source: otherMedical, location: 'CSSD', criticality: 'high', lakh: 6, daysAgo: 1320, counterUnit: 'cycles', counter: 3980, plans: [yearly(25, 'Pressure and temperature')] },
  { name: 'Chemistry analyser', maker: 'Erba', model: 'EM 200', serial: 'EM2-20441', source: 'Schedule II, Part C, XII (i)', location: 'Laboratory', criticality: 'high', lakh: 11, daysAgo: 700, contract: 'amc', plans: [halfYearly(29)] },
  { name: 'Diesel generator, 125 kVA', maker: 'Kirloskar', model: 'KG1-125', serial: 'KG-77310', source: 'Schedule II, Part C, IV (i) (a)', location: 'Yard', criticality: 'high', lakh: 12, daysAgo: 1700, counterUnit: 'h', counter: 2215, plans: [halfYearly(9)] },
  { name: 'Ambulance', maker: 'Force', model: 'Traveller', serial: 'KL-07-CX-1122', source: 'Schedule II, Part C, VI 3', location: 'Gate', criticality: 'high', lakh: 19, daysAgo: 130, plans: [halfYearly(50)] },
  { name: 'Laptop', maker: 'Lenovo', model: 'ThinkPad E14', serial: 'PF-4K2ZL9', source: 'Schedule II, Part C, XI (ii)', location: 'Front desk', criticality: 'low', lakh: 1, daysAgo: 260 },
]
