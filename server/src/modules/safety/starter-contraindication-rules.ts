import type { Source } from './starter-rules.ts'

export interface StarterContraindication {
  substances: readonly string[]
  /** ICD-10 without the dot: the code and all that begin with it. */
  icd10: readonly string[]
  snomed: readonly string[]
  severity: 'stop' | 'warn'
  source: Source
}

// What the label of the United States says, by its section: section 4 contraindicates, a boxed warning or section 5 warns.
const label = (of: string, section: string): Source => ({ name: `US prescribing information (DailyMed), ${of}: ${section}`, version: '2026-11' })
const contraindicated = (substances: readonly string[], of: string, icd10: readonly string[], snomed: readonly string[] = []): StarterContraindication => ({ substances, icd10, snomed, severity: 'stop', source: label(of, 'contraindications') })
const warned = (substances: readonly string[], of: string, icd10: readonly string[], snomed: readonly string[] = []): StarterContraindication => ({ substances, icd10, snomed, severity: 'warn', source: label(of, 'warnings') })

const asthma = [['J45', 'J46'], ['195967001']] as const
const ulcer = [['K25', 'K26', 'K27', 'K28'], ['13200003']] as const
const heartFailure = [['I50'], ['84114007']] as const
const conduction = ['I441', 'I442', 'I495']
const epilepsy = [['G40'], ['84757009']] as const
const parkinson = [['G20'], ['49049000']] as const
const obstruction = ['K560', 'K563', 'K564', 'K565', 'K566', 'K567']
const mechanicalObstruction = ['K563', 'K564', 'K565', 'K566']
const ischaemia = [['I20', 'I21', 'I22', 'I24', 'I25'], ['22298006']] as const
const stroke = ['I63', 'G45']
const intracranialBleeding = ['I60', 'I61', 'I62']
const clots = ['I26', 'I801', 'I802', 'I82']
const narrowAngle = ['H402']
const hyperkalaemia = [['E875'], ['14140009']] as const
const g6pd = ['D550']
const myasthenia = [['G700'], ['91637004']] as const
const nsaids = ['ibuprofen', 'diclofenac', 'naproxen', 'indomethacin', 'indometacin', 'piroxicam', 'meloxicam', 'ketoprofen']

/** A small set of what is contraindicated or warned against in a condition; codes of ICD-10 (WHO) and SNOMED CT. */
export const starterContraindications: readonly StarterContraindication[] = [
  contraindicated(['propranolol'], 'Inderal (propranolol)', ...asthma), contraindicated(['nadolol'], 'Corgard (nadolol)', ...asthma), contraindicated(['sotalol'], 'Betapace (sotalol)', ...asthma), contraindicated(['timolol'], 'Timoptic (timolol)', ...asthma), contraindicated(['carvedilol'], 'Coreg (carvedilol)', ...asthma),
  contraindicated(['adenosine'], 'Adenoscan (adenosine)', ...asthma), contraindicated(['bethanechol'], 'Urecholine (bethanechol)', ...asthma), { ...warned(['morphine'], 'Morphine sulfate', ...asthma), source: label('Morphine sulfate', 'contraindications, acute or severe asthma without monitoring') },
  contraindicated(['propranolol', 'nadolol', 'sotalol', 'timolol'], 'Inderal, Corgard, Betapace, Timoptic', conduction), contraindicated(['atenolol'], 'Tenormin (atenolol)', conduction), contraindicated(['metoprolol'], 'Lopressor (metoprolol)', conduction), contraindicated(['carvedilol'], 'Coreg (carvedilol)', conduction),
  contraindicated(['verapamil'], 'Calan (verapamil)', conduction), contraindicated(['diltiazem'], 'Cardizem (diltiazem)', conduction), contraindicated(['adenosine'], 'Adenoscan (adenosine)', conduction),
  contraindicated(['cilostazol'], 'Pletal (cilostazol)', ...heartFailure), warned(['verapamil'], 'Calan (verapamil)', ...heartFailure), warned(['pioglitazone'], 'Actos (pioglitazone), boxed', ...heartFailure), warned(['rosiglitazone'], 'Avandia (rosiglitazone), boxed', ...heartFailure), warned(['itraconazole'], 'Sporanox (itraconazole), boxed', ...heartFailure), warned([...nsaids, 'ketorolac'], 'Motrin (ibuprofen) and other NSAIDs', ...heartFailure),
  contraindicated(['ketorolac'], 'Ketorolac tromethamine', ...ulcer), warned(nsaids, 'Motrin (ibuprofen) and other NSAIDs, boxed', ...ulcer), contraindicated(['bethanechol'], 'Urecholine (bethanechol)', ...ulcer),
  contraindicated(['bupropion'], 'Wellbutrin (bupropion)', ['G40', 'F500', 'F502'], epilepsy[1]), contraindicated(['metoclopramide'], 'Reglan (metoclopramide)', [...epilepsy[0], ...mechanicalObstruction], epilepsy[1]), contraindicated(['bethanechol'], 'Urecholine (bethanechol)', [...epilepsy[0], ...parkinson[0], 'E05'], [...epilepsy[1], ...parkinson[1]]), warned(['tramadol'], 'Ultram (tramadol)', ...epilepsy),
  contraindicated(['haloperidol'], 'Haldol (haloperidol)', ...parkinson), warned(['metoclopramide'], 'Reglan (metoclopramide)', ...parkinson),
  contraindicated(['tramadol'], 'Ultram (tramadol)', obstruction), contraindicated(['morphine'], 'Morphine sulfate', obstruction), contraindicated(['neostigmine', 'pyridostigmine'], 'Bloxiverz (neostigmine), Mestinon (pyridostigmine)', mechanicalObstruction), contraindicated(['oxybutynin'], 'Ditropan (oxybutynin)', [...narrowAngle, 'R33']),
  contraindicated(['sumatriptan'], 'Imitrex (sumatriptan)', [...ischaemia[0], ...stroke], ischaemia[1]), contraindicated(['rizatriptan'], 'Maxalt (rizatriptan)', [...ischaemia[0], ...stroke], ischaemia[1]), contraindicated(['ergotamine'], 'Ergomar (ergotamine)', [...ischaemia[0], 'I739'], ischaemia[1]), contraindicated(['prasugrel'], 'Effient (prasugrel)', stroke),
  contraindicated(['clopidogrel'], 'Plavix (clopidogrel)', intracranialBleeding), contraindicated(['warfarin'], 'Coumadin (warfarin)', intracranialBleeding), contraindicated(['rivaroxaban'], 'Xarelto (rivaroxaban)', intracranialBleeding), contraindicated(['apixaban'], 'Eliquis (apixaban)', intracranialBleeding),
  contraindicated(['estradiol', 'ethinylestradiol', 'ethinyl estradiol'], 'Estrace (estradiol) and combined oral contraceptives', [...clots, 'I21', 'I63', 'C50'], ['22298006']), contraindicated(['tranexamic acid'], 'Lysteda (tranexamic acid)', clots), contraindicated(['raloxifene'], 'Evista (raloxifene)', clots),
  contraindicated(['spironolactone'], 'Aldactone (spironolactone)', [...hyperkalaemia[0], 'E271'], hyperkalaemia[1]), contraindicated(['potassium chloride'], 'Potassium chloride', ...hyperkalaemia), contraindicated(['amiloride'], 'Midamor (amiloride)', ...hyperkalaemia),
  contraindicated(['desmopressin'], 'DDAVP (desmopressin)', ['E871']), contraindicated(['furosemide', 'frusemide'], 'Lasix (furosemide)', ['R34']), contraindicated(['hydrochlorothiazide'], 'Hydrochlorothiazide', ['R34']), contraindicated(['metformin'], 'Glucophage (metformin)', ['E101', 'E111', 'E872']),
  contraindicated(['levodopa'], 'Sinemet (carbidopa and levodopa)', narrowAngle), contraindicated(['digoxin'], 'Lanoxin (digoxin)', ['I490']),
  contraindicated(['primaquine'], 'Primaquine phosphate', g6pd), contraindicated(['rasburicase'], 'Elitek (rasburicase)', g6pd), warned(['dapsone'], 'Dapsone', g6pd), warned(['nitrofurantoin'], 'Macrobid (nitrofurantoin)', g6pd),
  warned(['ciprofloxacin', 'levofloxacin', 'moxifloxacin', 'ofloxacin'], 'Cipro, Levaquin, Avelox, boxed', ...myasthenia), warned(['azithromycin'], 'Zithromax (azithromycin)', ...myasthenia),
  contraindicated(['valproate', 'valproic acid', 'sodium valproate', 'divalproex'], 'Depakote (valproate)', ['K72', 'K74', 'E722'], ['19943007']), contraindicated(['ketoconazole'], 'Ketoconazole tablets', ['K70', 'K72', 'K73', 'K74'], ['19943007']), contraindicated(['leflunomide'], 'Arava (leflunomide)', ['K72']), contraindicated(['atorvastatin', 'rosuvastatin', 'simvastatin'], 'Lipitor, Crestor, Zocor', ['K72']),
]
