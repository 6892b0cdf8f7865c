import type { SeedHospital } from './hospitals.ts'

interface SeedItem {
  medicine: string
  dosage: string
  frequency: string
  days: number
  /** Where it does not follow from the frequency, as with weights and drops. */
  quantity?: string
  anupana?: string
  potency?: string
}

/** A visit of the demo's day that ended with a prescription, and what became of it. */
export interface SeedVisit {
  /** Which patient of the hospital: of those who come to the first facility and whose record is not protected. */
  patient: number
  /** How long ago the patient came. */
  minutesAgo: number
  diagnosis: string
  note: string
  items: readonly SeedItem[]
  refills?: number
  /** Told to the nurse after the doctor had signed: who hands out has to look at it. */
  allergy?: { text: string; reaction: string }
  /** What was handed out of each item; all that is prescribed where nothing is said. */
  dispensed?: { note: string; quantities?: readonly string[] }
  /** What came back of the first item. */
  returned?: { quantity: string; reason: string }
}

const tablet = (medicine: string, frequency: string, days: number): SeedItem => ({ medicine, dosage: '1 tablet', frequency, days })

/** What left the pharmacy for elsewhere, so that it is short today. */
export const leftEarlier = { medicine: 'Azithromycin 500', quantity: '532', reason: 'Fever camp at Kalamassery' }

/** The prescriptions of the day in each hospital's first facility: to hand out, short, to look at, handed out, and taken back. */
export const visits: Readonly<Record<SeedHospital['system'], readonly SeedVisit[]>> = {
  allopathy: [
    { patient: 44, minutesAgo: 205, diagnosis: 'Essential hypertension', note: 'BP 148/92 at home for two weeks. No chest pain.', items: [tablet('Telmisartan 40', '1-0-0', 30), tablet('Atorvastatin 10', '0-0-1', 30)], refills: 2, dispensed: { note: 'In the morning, with or without food. Come back if dizzy.' } },
    { patient: 16, minutesAgo: 185, diagnosis: 'Hypothyroidism', note: 'TSH in range on 50 micrograms, weight steady.', items: [tablet('Levothyroxine 50', '1-0-0', 60)], dispensed: { note: 'On an empty stomach, half an hour before tea. The rest is fetched next month.', quantities: ['30'] } },
    { patient: 34, minutesAgo: 170, diagnosis: 'Low back strain', note: 'Since lifting on Friday. No weakness, no numbness.', items: [tablet('Ibuprofen 400', '1-0-1', 5)], dispensed: { note: 'After food.' }, returned: { quantity: '6', reason: 'Stomach pain after two days: stopped by the doctor' } },
    { patient: 10, minutesAgo: 95, diagnosis: 'Viral fever', note: 'Fever and body ache for two days. Throat clear, chest clear.', items: [tablet('Paracetamol 500', '1-1-1', 3), tablet('Cetirizine 10', '0-0-1', 5)] },
    { patient: 46, minutesAgo: 80, diagnosis: 'Type 2 diabetes mellitus with hypertension', note: 'HbA1c 7.1 %, BP 134/82. Goes on as before.', items: [tablet('Metformin 500', '1-0-1', 30), tablet('Amlodipine 5', '1-0-0', 30)], refills: 2 },
    { patient: 12, minutesAgo: 65, diagnosis: 'Acute tonsillitis', note: 'Exudate on both tonsils, tender nodes.', items: [tablet('Amoxicillin 500', '1-1-1', 5), tablet('Paracetamol 650', '1-0-1', 3)], allergy: { text: 'Penicillin', reaction: 'Hives and swollen lips at school' } },
    { patient: 30, minutesAgo: 50, diagnosis: 'Acute bronchitis', note: 'Cough with yellow sputum for nine days, no breathlessness.', items: [tablet('Azithromycin 500', '1-0-0', 6)] },
    { patient: 6, minutesAgo: 35, diagnosis: 'Gastro-oesophageal reflux', note: 'Burning after meals, worse lying down. No loss of weight.', items: [tablet('Pantoprazole 40', '1-0-0', 14)] },
  ],
  ayurveda: [
    { patient: 18, minutesAgo: 150, diagnosis: 'Vibandha', note: 'Three days without motion, appetite kept.', items: [{ medicine: 'Triphala choornam', dosage: '5 g', frequency: '0-0-1', days: 20, quantity: '100', anupana: 'warm water' }], dispensed: { note: 'At bedtime.' } },
    { patient: 4, minutesAgo: 70, diagnosis: 'Agnimandya', note: 'Heaviness after meals, coated tongue.', items: [{ medicine: 'Hinguvachadi gulika', dosage: '1 g', frequency: '1-0-1', days: 15, quantity: '30', anupana: 'buttermilk' }] },
    { patient: 8, minutesAgo: 40, diagnosis: 'Daurbalya', note: 'Tired since the fever of last month.', items: [{ medicine: 'Chyavanaprasam', dosage: '10 g', frequency: '1-0-1', days: 15, quantity: '300', anupana: 'milk' }] },
  ],
  homeopathy: [
    { patient: 6, minutesAgo: 140, diagnosis: 'Dyspepsia', note: 'Sour belching, worse after coffee and late work.', items: [{ medicine: 'Nux vomica 200C', dosage: '4 drops', frequency: '0-0-1', days: 5, quantity: '20', potency: '200C' }], dispensed: { note: 'No coffee for a week.' } },
    { patient: 17, minutesAgo: 60, diagnosis: 'Bruise of the thigh', note: 'Fell from the scooter, walks freely.', items: [{ medicine: 'Arnica montana 30C', dosage: '4 drops', frequency: '1-1-1', days: 3, quantity: '36', potency: '30C' }] },
    { patient: 13, minutesAgo: 30, diagnosis: 'Rhinitis', note: 'Bland discharge, better in the open air.', items: [{ medicine: 'Pulsatilla 30C', dosage: '4 drops', frequency: '1-0-1', days: 5, quantity: '40', potency: '30C' }] },
  ],
}
