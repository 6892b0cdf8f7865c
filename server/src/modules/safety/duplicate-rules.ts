/** Where the groups come from. */
export const groupSource = { name: 'WHO Collaborating Centre for Drug Statistics Methodology, ATC/DDD Index', version: '2024' } as const

export interface DuplicateGroup {
  /** Words of it: `safety.group.KEY`. */
  key: string
  atc: string
  substances: readonly string[]
}

/**
 * Groups of which two members at once are one therapy twice: chemical subgroups of ATC (level 4), or several of them that act by one mechanism.
 *
 * Left out, since more than one at once is usual:
 * - antiepileptics but valproate (add-on therapy: NICE NG217, 2022), clobazam and midazolam (beside a rescue medicine: the same);
 * - aspirin and dipyridamole beside another antiplatelet (dual therapy: ESC guidelines on acute coronary syndromes 2023), heparins beside warfarin (bridging: labelling of warfarin);
 * - insulins (basal with mealtime: ADA Standards of Care 2024, section 9), loop diuretics beside thiazides or spironolactone (ESC heart failure 2021);
 * - relievers and inhaled steroids beside other inhalers (GINA 2024), nitrates (rescue beside long-acting: ESC chronic coronary syndromes 2024);
 * - mirtazapine beside another antidepressant (NICE NG222, 2022), laxatives, vitamins, minerals;
 * - medicines of tuberculosis, HIV, malaria and cancer (combined by their guidelines: WHO consolidated guidelines), penicillins of different subgroups (combined in ATC itself: J01CR50);
 * - glucocorticoids: of most it is not known whether they act on the skin, the eye or the whole body.
 */
export const duplicateGroups: readonly DuplicateGroup[] = [
  { key: 'nsaid', atc: 'M01A', substances: ['ibuprofen', 'dexibuprofen', 'naproxen', 'ketoprofen', 'dexketoprofen', 'flurbiprofen', 'diclofenac', 'aceclofenac', 'ketorolac', 'indometacin', 'indomethacin', 'etodolac', 'piroxicam', 'meloxicam', 'lornoxicam', 'tenoxicam', 'mefenamic acid', 'celecoxib', 'etoricoxib', 'parecoxib', 'nimesulide', 'nabumetone'] },
  { key: 'ppi', atc: 'A02BC', substances: ['omeprazole', 'esomeprazole', 'pantoprazole', 'rabeprazole', 'lansoprazole', 'dexlansoprazole'] },
  { key: 'h2', atc: 'A02BA', substances: ['famotidine', 'ranitidine', 'nizatidine', 'cimetidine'] },
  { key: 'propulsive', atc: 'A03FA', substances: ['domperidone', 'metoclopramide', 'itopride', 'mosapride', 'cinitapride'] },
  { key: 'setron', atc: 'A04AA', substances: ['ondansetron', 'granisetron', 'palonosetron'] },
  { key: 'sulfonylurea', atc: 'A10BB', substances: ['glimepiride', 'gliclazide', 'glipizide', 'glibenclamide', 'glyburide'] },
  { key: 'glucosidase', atc: 'A10BF', substances: ['acarbose', 'voglibose', 'miglitol'] },
  { key: 'gliptin', atc: 'A10BH', substances: ['sitagliptin', 'vildagliptin', 'teneligliptin', 'linagliptin', 'saxagliptin', 'alogliptin'] },
  { key: 'glp1', atc: 'A10BJ', substances: ['semaglutide', 'liraglutide', 'dulaglutide', 'exenatide', 'lixisenatide'] },
  { key: 'gliflozin', atc: 'A10BK', substances: ['dapagliflozin', 'empagliflozin', 'canagliflozin', 'ertugliflozin', 'remogliflozin'] },
  { key: 'oral-anticoagulant', atc: 'B01AA, B01AE, B01AF', substances: ['warfarin', 'acenocoumarol', 'phenprocoumon', 'dabigatran', 'dabigatran etexilate', 'apixaban', 'rivaroxaban', 'edoxaban'] },
  { key: 'heparin', atc: 'B01AB, B01AX05', substances: ['heparin', 'enoxaparin', 'dalteparin', 'tinzaparin', 'nadroparin', 'fondaparinux'] },
  { key: 'p2y12', atc: 'B01AC', substances: ['clopidogrel', 'ticagrelor', 'prasugrel'] },
  { key: 'thiazide', atc: 'C03AA, C03BA', substances: ['hydrochlorothiazide', 'chlortalidone', 'chlorthalidone', 'indapamide', 'metolazone'] },
  { key: 'loop', atc: 'C03CA', substances: ['furosemide', 'frusemide', 'torasemide', 'torsemide', 'bumetanide'] },
  { key: 'aldosterone', atc: 'C03DA', substances: ['spironolactone', 'eplerenone', 'finerenone'] },
  { key: 'beta-blocker', atc: 'C07A', substances: ['atenolol', 'metoprolol', 'bisoprolol', 'carvedilol', 'nebivolol', 'propranolol', 'labetalol', 'sotalol', 'nadolol'] },
  { key: 'dihydropyridine', atc: 'C08CA', substances: ['amlodipine', 's amlodipine', 'levamlodipine', 'cilnidipine', 'nifedipine', 'felodipine', 'lercanidipine', 'benidipine', 'nicardipine'] },
  { key: 'rate-calcium', atc: 'C08D', substances: ['diltiazem', 'verapamil'] },
  // Both at once harm the kidney and raise potassium: EMA, PRAC on dual blockade of the renin-angiotensin system, 2014.
  { key: 'renin', atc: 'C09AA, C09CA, C09XA', substances: ['enalapril', 'ramipril', 'lisinopril', 'perindopril', 'captopril', 'losartan', 'telmisartan', 'valsartan', 'olmesartan', 'candesartan', 'irbesartan', 'azilsartan', 'aliskiren'] },
  { key: 'statin', atc: 'C10AA', substances: ['atorvastatin', 'rosuvastatin', 'simvastatin', 'pravastatin', 'pitavastatin', 'lovastatin', 'fluvastatin'] },
  { key: 'fibrate', atc: 'C10AB', substances: ['fenofibrate', 'gemfibrozil', 'bezafibrate'] },
  { key: 'pde5', atc: 'G04BE', substances: ['sildenafil', 'tadalafil', 'vardenafil', 'udenafil', 'avanafil'] },
  { key: 'alpha-blocker', atc: 'G04CA, C02CA', substances: ['tamsulosin', 'alfuzosin', 'silodosin', 'terazosin', 'doxazosin', 'prazosin'] },
  { key: 'thyrostatic', atc: 'H03B', substances: ['carbimazole', 'thiamazole', 'methimazole', 'propylthiouracil'] },
  { key: 'tetracycline', atc: 'J01AA', substances: ['doxycycline', 'tetracycline', 'minocycline', 'oxytetracycline'] },
  { key: 'cephalosporin', atc: 'J01DB, J01DC, J01DD, J01DE', substances: ['cefalexin', 'cephalexin', 'cefadroxil', 'cefazolin', 'cefuroxime', 'cefaclor', 'cefixime', 'cefpodoxime', 'cefdinir', 'ceftriaxone', 'cefotaxime', 'cefoperazone', 'ceftazidime', 'cefepime'] },
  { key: 'macrolide', atc: 'J01FA', substances: ['azithromycin', 'clarithromycin', 'erythromycin', 'roxithromycin'] },
  { key: 'aminoglycoside', atc: 'J01GB', substances: ['gentamicin', 'amikacin', 'tobramycin', 'netilmicin'] },
  { key: 'fluoroquinolone', atc: 'J01MA', substances: ['ciprofloxacin', 'levofloxacin', 'ofloxacin', 'moxifloxacin', 'norfloxacin', 'gatifloxacin'] },
  { key: 'triazole', atc: 'J02AC', substances: ['fluconazole', 'itraconazole', 'voriconazole', 'posaconazole'] },
  { key: 'xanthine-oxidase', atc: 'M04AA', substances: ['allopurinol', 'febuxostat'] },
  { key: 'bisphosphonate', atc: 'M05BA', substances: ['alendronic acid', 'alendronate', 'risedronic acid', 'risedronate', 'ibandronic acid', 'ibandronate', 'zoledronic acid', 'zoledronate'] },
  // Codeine is R05DA where it is for cough; it is an opioid all the same.
  { key: 'opioid', atc: 'N02A, R05DA', substances: ['morphine', 'codeine', 'dihydrocodeine', 'tramadol', 'tapentadol', 'fentanyl', 'pethidine', 'buprenorphine', 'oxycodone', 'hydromorphone'] },
  { key: 'gabapentinoid', atc: 'N02BF', substances: ['gabapentin', 'pregabalin'] },
  { key: 'triptan', atc: 'N02CC', substances: ['sumatriptan', 'rizatriptan', 'zolmitriptan', 'naratriptan', 'eletriptan'] },
  { key: 'valproate', atc: 'N03AG01', substances: ['valproate', 'valproic acid', 'sodium valproate', 'divalproex'] },
  // Taking turns for some weeks is usual, two for long is not: NICE CG178, 2014.
  { key: 'antipsychotic', atc: 'N05A', substances: ['olanzapine', 'quetiapine', 'clozapine', 'risperidone', 'paliperidone', 'aripiprazole', 'amisulpride', 'ziprasidone', 'lurasidone', 'haloperidol', 'chlorpromazine', 'trifluoperazine'] },
  { key: 'benzodiazepine', atc: 'N05BA, N05CD, N05CF, N03AE', substances: ['alprazolam', 'clonazepam', 'diazepam', 'lorazepam', 'chlordiazepoxide', 'oxazepam', 'etizolam', 'nitrazepam', 'temazepam', 'zolpidem', 'zopiclone', 'eszopiclone'] },
  { key: 'tricyclic', atc: 'N06AA', substances: ['amitriptyline', 'nortriptyline', 'imipramine', 'clomipramine', 'dosulepin', 'doxepin'] },
  { key: 'ssri', atc: 'N06AB, N06AX16, N06AX21, N06AX23', substances: ['sertraline', 'escitalopram', 'citalopram', 'fluoxetine', 'paroxetine', 'fluvoxamine', 'venlafaxine', 'desvenlafaxine', 'duloxetine'] },
  { key: 'long-beta', atc: 'R03AC', substances: ['formoterol', 'salmeterol', 'indacaterol', 'vilanterol', 'olodaterol'] },
  { key: 'long-anticholinergic', atc: 'R03BB', substances: ['tiotropium', 'glycopyrronium', 'umeclidinium', 'aclidinium'] },
  { key: 'xanthine', atc: 'R03DA', substances: ['theophylline', 'aminophylline', 'doxofylline'] },
  { key: 'leukotriene', atc: 'R03DC', substances: ['montelukast', 'zafirlukast'] },
  { key: 'antihistamine', atc: 'R06A', substances: ['cetirizine', 'levocetirizine', 'loratadine', 'desloratadine', 'fexofenadine', 'bilastine', 'ebastine', 'rupatadine', 'chlorphenamine', 'chlorpheniramine', 'pheniramine', 'diphenhydramine'] },
]

// What acts where it is put is not the therapy that is swallowed: ATC itself keeps it apart (M02, S01, S02, D).
const localForms = /\b(?:gel|cream|ointment|lotion|liniment|eye|ear|topical|ophthalmic|otic|mouthwash|gargle)\b/i

/** Whether a form or a route says that it acts only where it is put; a soft gel capsule does not. */
export const isLocal = (form: string): boolean => localForms.test(form) && !/\b(?:oral|sublingual|tablets?|capsules?)\b/i.test(form)
