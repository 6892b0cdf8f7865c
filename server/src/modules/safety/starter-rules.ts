/** Where a fact of the starter set comes from. */
export interface Source {
  name: string
  version: string
}

// Public labelling and public-domain works alone; a small set, to be replaced by a licensed list where there is one.
const label: Source = { name: 'US prescribing information, boxed warnings and contraindications (DailyMed)', version: '2026-11' }
const who: Source = { name: 'WHO Model Formulary 2008 and Model Formulary for Children 2010', version: '2010' }
const nccih: Source = { name: 'NCCIH, Herbs at a Glance (US public domain)', version: '2026-11' }
const boericke: Source = { name: 'W. Boericke, Pocket Manual of Homoeopathic Materia Medica, relationships', version: '1927' }
const metals: Source = { name: 'R. B. Saper et al., JAMA 2008; 300(8): 915–923', version: '2008' }

// How often renal function is measured: KDIGO at least yearly; EHRA sooner for the old and at a low clearance.
const kidney: Source = { name: 'KDIGO guideline on chronic kidney disease 2024; EHRA Practical Guide, Europace 2021; 23: 1612–1676', version: '2024' }

export const sources = { label, who, nccih, boericke, metals, kidney } as const

/** Groups in which an allergy to one is an alert for all. */
export const classes: Readonly<Record<string, readonly string[]>> = {
  penicillin: ['amoxicillin', 'amoxycillin', 'ampicillin', 'benzylpenicillin', 'phenoxymethylpenicillin', 'penicillin g', 'penicillin v', 'piperacillin', 'cloxacillin', 'dicloxacillin', 'flucloxacillin', 'ticarcillin', 'benzathine benzylpenicillin'],
  cephalosporin: ['cefalexin', 'cephalexin', 'cefixime', 'ceftriaxone', 'cefuroxime', 'cefotaxime', 'cefpodoxime', 'ceftazidime', 'cefazolin', 'cefepime', 'cefadroxil'],
  sulfonamide: ['sulfamethoxazole', 'sulfadiazine', 'sulfasalazine', 'sulfadoxine', 'cotrimoxazole', 'silver sulfadiazine'],
  nsaid: ['aspirin', 'acetylsalicylic acid', 'ibuprofen', 'diclofenac', 'naproxen', 'ketorolac', 'indomethacin', 'indometacin', 'piroxicam', 'aceclofenac', 'mefenamic acid', 'etoricoxib', 'nimesulide', 'ketoprofen'],
  macrolide: ['erythromycin', 'azithromycin', 'clarithromycin', 'roxithromycin'],
  quinolone: ['ciprofloxacin', 'levofloxacin', 'ofloxacin', 'moxifloxacin', 'norfloxacin', 'gatifloxacin'],
  tetracycline: ['doxycycline', 'tetracycline', 'minocycline', 'oxytetracycline'],
  opioid: ['morphine', 'codeine', 'tramadol', 'fentanyl', 'pethidine', 'buprenorphine', 'oxycodone', 'tapentadol'],
  'ace inhibitor': ['enalapril', 'ramipril', 'lisinopril', 'captopril', 'perindopril'],
  statin: ['atorvastatin', 'simvastatin', 'rosuvastatin', 'pravastatin', 'lovastatin'],
}

export interface DoseLimit {
  substance: string
  maxSingleMg: number | null
  maxDailyMg: number | null
  maxSingleMgPerKg: number | null
  maxDailyMgPerKg: number | null
  /** From and up to which age in years. */
  fromYears: number
  toYears: number
}
const adult = (substance: string, maxSingleMg: number | null, maxDailyMg: number): DoseLimit => ({ substance, maxSingleMg, maxDailyMg, maxSingleMgPerKg: null, maxDailyMgPerKg: null, fromYears: 12, toYears: 130 })
const child = (substance: string, maxSingleMgPerKg: number | null, maxDailyMgPerKg: number): DoseLimit => ({ substance, maxSingleMg: null, maxDailyMg: null, maxSingleMgPerKg, maxDailyMgPerKg, fromYears: 0, toYears: 12 })

/** Highest single and daily doses, by age and weight: WHO Model Formulary and labelling. */
export const doseLimits: readonly DoseLimit[] = [
  adult('paracetamol', 1000, 4000), child('paracetamol', 15, 60), adult('acetaminophen', 1000, 4000), adult('ibuprofen', 800, 2400), child('ibuprofen', 10, 40), adult('diclofenac', 75, 150), adult('tramadol', 100, 400), adult('metformin', 1000, 2550), adult('amlodipine', 10, 10), adult('atorvastatin', 80, 80), adult('telmisartan', 80, 80), adult('cetirizine', 10, 10), adult('pantoprazole', 80, 80),
  adult('amoxicillin', 1000, 3000), child('amoxicillin', 45, 90), adult('azithromycin', 1000, 1500), child('azithromycin', 20, 20), adult('levothyroxine', 0.3, 0.3), adult('digoxin', 0.25, 0.25), adult('ondansetron', 8, 24), adult('methotrexate', 25, 25), adult('colchicine', 1.2, 1.8), adult('codeine', 60, 240), adult('morphine', null, 200), adult('prednisolone', 60, 60),
]

export interface Caution {
  substance: string
  severity: 'stop' | 'warn' | 'inform'
  /** Words of it: `safety.why.KEY`. */
  why: string
}
/** Contraindicated or to be weighed in pregnancy: labelling. */
export const inPregnancy: readonly Caution[] = [
  ...['isotretinoin', 'acitretin', 'thalidomide', 'lenalidomide', 'methotrexate', 'misoprostol', 'warfarin', 'leflunomide', 'mycophenolate', 'bosentan', 'finasteride'].map((substance): Caution => ({ substance, severity: 'stop', why: 'teratogenic' })),
  ...['valproate', 'valproic acid', 'sodium valproate', 'phenytoin', 'carbamazepine', 'topiramate', 'lithium', 'enalapril', 'ramipril', 'lisinopril', 'captopril', 'losartan', 'telmisartan', 'valsartan', 'atorvastatin', 'simvastatin', 'rosuvastatin', 'doxycycline', 'tetracycline', 'ibuprofen', 'diclofenac', 'naproxen', 'fluconazole'].map((substance): Caution => ({ substance, severity: 'warn', why: 'harm-unborn' })),
]
/** To be avoided or weighed while breastfeeding: labelling. */
export const inLactation: readonly Caution[] = ['codeine', 'tramadol', 'amiodarone', 'lithium', 'methotrexate', 'ergotamine', 'bromocriptine', 'isotretinoin'].map((substance): Caution => ({ substance, severity: 'warn', why: 'milk' }))

export interface AgeLimit {
  substance: string
  belowYears: number
  severity: 'stop' | 'warn'
  why: string
}
/** Not below an age: labelling (codeine: FDA safety communication 2017; aspirin: Reye's syndrome). */
export const ageLimits: readonly AgeLimit[] = [
  { substance: 'aspirin', belowYears: 16, severity: 'warn', why: 'reye' }, { substance: 'acetylsalicylic acid', belowYears: 16, severity: 'warn', why: 'reye' }, { substance: 'codeine', belowYears: 12, severity: 'stop', why: 'breathing-rapid' }, { substance: 'tramadol', belowYears: 12, severity: 'stop', why: 'breathing-rapid' },
  { substance: 'doxycycline', belowYears: 8, severity: 'warn', why: 'stains-teeth' }, { substance: 'tetracycline', belowYears: 8, severity: 'warn', why: 'stains-teeth' }, { substance: 'loperamide', belowYears: 2, severity: 'stop', why: 'paralysed-bowel' }, { substance: 'promethazine', belowYears: 2, severity: 'stop', why: 'breathing-stops' }, { substance: 'metoclopramide', belowYears: 1, severity: 'stop', why: 'dystonia' }, { substance: 'nimesulide', belowYears: 12, severity: 'stop', why: 'banned-children-india' }, { substance: 'ceftriaxone', belowYears: 0.08, severity: 'warn', why: 'newborn-jaundice' },
]

export interface RenalLimit {
  substance: string
  belowMlPerMin: number
  severity: 'stop' | 'warn'
  why: string
}
/** Creatinine clearance below which it is contraindicated or must be lessened: labelling. */
export const renalLimits: readonly RenalLimit[] = [
  { substance: 'metformin', belowMlPerMin: 30, severity: 'stop', why: 'lactic-acidosis' }, { substance: 'nitrofurantoin', belowMlPerMin: 30, severity: 'stop', why: 'no-effect-nerves' }, { substance: 'ibuprofen', belowMlPerMin: 30, severity: 'warn', why: 'kidney-fails' }, { substance: 'diclofenac', belowMlPerMin: 30, severity: 'warn', why: 'kidney-fails' }, { substance: 'naproxen', belowMlPerMin: 30, severity: 'warn', why: 'kidney-fails' }, { substance: 'ketorolac', belowMlPerMin: 60, severity: 'stop', why: 'kidney-fails' },
  { substance: 'methotrexate', belowMlPerMin: 30, severity: 'stop', why: 'accumulates' }, { substance: 'dabigatran', belowMlPerMin: 30, severity: 'stop', why: 'accumulates-bleeds' }, { substance: 'spironolactone', belowMlPerMin: 30, severity: 'warn', why: 'potassium-rises' }, { substance: 'digoxin', belowMlPerMin: 50, severity: 'warn', why: 'accumulates-lessen' }, { substance: 'gabapentin', belowMlPerMin: 60, severity: 'warn', why: 'accumulates-lessen' }, { substance: 'levofloxacin', belowMlPerMin: 50, severity: 'warn', why: 'accumulates-lessen' },
]

export interface StarterPair {
  a: string
  b: string
  kind: 'interaction' | 'herb-drug' | 'antidote'
  severity: 'stop' | 'warn' | 'inform'
  why: string
  source: Source
}

const drugs = (a: string, others: readonly string[], severity: StarterPair['severity'], why: string): StarterPair[] => others.map((b) => ({ a, b, kind: 'interaction', severity, why, source: label }))
const herb = (a: string, others: readonly string[], why: string): StarterPair[] => others.map((b) => ({ a, b, kind: 'herb-drug', severity: 'warn', why, source: nccih }))
const remedies = (a: string, others: readonly string[], why: string): StarterPair[] => others.map((b) => ({ a, b, kind: 'antidote', severity: 'inform', why, source: boericke }))

/** A few pairs that every hospital must catch before it has a list. */
export const starterPairs: readonly StarterPair[] = [
  ...drugs('warfarin', ['aspirin', 'ibuprofen', 'diclofenac', 'naproxen', 'fluconazole', 'metronidazole', 'cotrimoxazole', 'amiodarone', 'clarithromycin'], 'stop', 'bleeding'), ...drugs('simvastatin', ['clarithromycin', 'erythromycin', 'itraconazole', 'ketoconazole', 'cyclosporine', 'gemfibrozil'], 'stop', 'muscle-breaks-down'), ...drugs('sildenafil', ['isosorbide mononitrate', 'isosorbide dinitrate', 'nitroglycerin', 'glyceryl trinitrate'], 'stop', 'pressure-collapses'),
  ...drugs('methotrexate', ['cotrimoxazole', 'trimethoprim'], 'stop', 'marrow-fails'), ...drugs('tramadol', ['selegiline', 'linezolid', 'fluoxetine', 'sertraline'], 'warn', 'serotonin-seizures'), ...drugs('spironolactone', ['potassium chloride', 'enalapril', 'ramipril', 'telmisartan'], 'warn', 'potassium-rises'), ...drugs('digoxin', ['amiodarone', 'verapamil', 'clarithromycin'], 'warn', 'digoxin-rises'), ...drugs('clopidogrel', ['omeprazole', 'esomeprazole'], 'warn', 'clopidogrel-less'),
  ...herb('st johns wort', ['warfarin', 'cyclosporine', 'digoxin', 'sertraline', 'fluoxetine', 'ethinylestradiol', 'indinavir'], 'broken-down-faster'), ...herb('ginkgo', ['warfarin', 'aspirin', 'clopidogrel'], 'bleeding'), ...herb('garlic', ['warfarin', 'saquinavir'], 'bleeding-saquinavir'), ...herb('turmeric', ['warfarin', 'clopidogrel'], 'bleeding'), ...herb('licorice', ['digoxin', 'furosemide', 'hydrochlorothiazide', 'spironolactone'], 'potassium-falls'), ...herb('yashtimadhu', ['digoxin', 'furosemide', 'hydrochlorothiazide'], 'licorice'),
  ...herb('ashwagandha', ['levothyroxine', 'diazepam', 'lorazepam', 'phenobarbital', 'cyclosporine'], 'thyroid-sedation'), ...herb('guggulu', ['warfarin', 'propranolol', 'diltiazem', 'levothyroxine'], 'absorption-bleeding'), ...herb('fenugreek', ['warfarin', 'metformin', 'glibenclamide'], 'bleeding-sugar'), ...herb('karela', ['metformin', 'glibenclamide', 'insulin'], 'sugar-falls'),
  ...remedies('apis mellifica', ['rhus toxicodendron'], 'inimical-both'), ...remedies('phosphorus', ['causticum'], 'inimical'), ...remedies('mercurius solubilis', ['silicea'], 'inimical'), ...remedies('nux vomica', ['zincum metallicum', 'coffea cruda'], 'antidotes-disagrees'), ...remedies('camphora', ['nux vomica', 'belladonna', 'arnica montana', 'pulsatilla', 'sulphur'], 'antidotes-vegetable'), ...remedies('lachesis', ['nitricum acidum', 'aceticum acidum'], 'inimical'),
]

/** Words in the name of a classical medicine that say it holds a processed metal or mineral. */
export const metalWords: readonly string[] = ['bhasma', 'bhasmam', 'sindura', 'sindooram', 'sindoor', 'makaradhwaja', 'rasa sindura', 'kajjali', 'parpati', 'rasa', 'naga', 'vanga', 'tamra', 'abhrak', 'swarna', 'hingula', 'lauha', 'loham', 'mandura']
