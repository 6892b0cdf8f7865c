/**
 * Medicines that are chosen for one another: groups of the WHO Collaborating Centre's ATC classification (ATC/DDD Index 2024), each with what of it is common.
 * They say what to consider; who prescribes decides whether it serves the illness.
 */
export const groups: readonly { atc: string; substances: readonly string[] }[] = [
  { atc: 'A02B', substances: ['omeprazole', 'pantoprazole', 'esomeprazole', 'rabeprazole', 'lansoprazole', 'famotidine', 'ranitidine'] },
  { atc: 'A03F, A04A', substances: ['domperidone', 'metoclopramide', 'ondansetron', 'granisetron'] },
  { atc: 'A10B', substances: ['metformin', 'glimepiride', 'gliclazide', 'glipizide', 'glibenclamide', 'sitagliptin', 'vildagliptin', 'teneligliptin', 'linagliptin', 'dapagliflozin', 'empagliflozin', 'pioglitazone'] },
  { atc: 'B01AA, AE, AF', substances: ['warfarin', 'acenocoumarol', 'apixaban', 'rivaroxaban', 'dabigatran', 'edoxaban'] },
  { atc: 'B01AC', substances: ['clopidogrel', 'ticagrelor', 'prasugrel'] },
  { atc: 'C03', substances: ['furosemide', 'torasemide', 'hydrochlorothiazide', 'chlortalidone', 'chlorthalidone', 'indapamide', 'spironolactone', 'amiloride'] },
  { atc: 'C07', substances: ['atenolol', 'metoprolol', 'bisoprolol', 'carvedilol', 'nebivolol', 'propranolol', 'labetalol'] },
  { atc: 'C08, C09', substances: ['amlodipine', 'cilnidipine', 'nifedipine', 'felodipine', 'diltiazem', 'verapamil', 'enalapril', 'ramipril', 'lisinopril', 'perindopril', 'captopril', 'losartan', 'telmisartan', 'valsartan', 'olmesartan', 'candesartan'] },
  { atc: 'C10A', substances: ['atorvastatin', 'rosuvastatin', 'simvastatin', 'pravastatin', 'pitavastatin', 'lovastatin', 'ezetimibe'] },
  { atc: 'H03B', substances: ['carbimazole', 'methimazole', 'propylthiouracil'] },
  { atc: 'J01', substances: ['amoxicillin', 'ampicillin', 'phenoxymethylpenicillin', 'cloxacillin', 'cefalexin', 'cefixime', 'cefuroxime', 'cefpodoxime', 'cefadroxil', 'azithromycin', 'clarithromycin', 'erythromycin', 'doxycycline', 'ciprofloxacin', 'levofloxacin', 'ofloxacin', 'nitrofurantoin', 'cotrimoxazole', 'metronidazole', 'clindamycin'] },
  { atc: 'J02A', substances: ['fluconazole', 'itraconazole', 'terbinafine', 'griseofulvin'] },
  { atc: 'M01A, N02', substances: ['paracetamol', 'ibuprofen', 'diclofenac', 'naproxen', 'aceclofenac', 'ketorolac', 'etoricoxib', 'mefenamic acid', 'indometacin', 'indomethacin', 'piroxicam', 'aspirin', 'acetylsalicylic acid', 'tramadol', 'tapentadol', 'codeine'] },
  { atc: 'N03A', substances: ['levetiracetam', 'sodium valproate', 'valproate', 'carbamazepine', 'oxcarbazepine', 'phenytoin', 'lamotrigine', 'clobazam', 'topiramate'] },
  { atc: 'N05B, N05C', substances: ['alprazolam', 'clonazepam', 'diazepam', 'lorazepam', 'zolpidem'] },
  { atc: 'N06A', substances: ['sertraline', 'escitalopram', 'citalopram', 'fluoxetine', 'paroxetine', 'mirtazapine', 'venlafaxine', 'amitriptyline'] },
  { atc: 'R03', substances: ['salbutamol', 'levosalbutamol', 'formoterol', 'salmeterol', 'ipratropium', 'tiotropium', 'budesonide', 'montelukast', 'theophylline'] },
  { atc: 'R06A', substances: ['cetirizine', 'levocetirizine', 'loratadine', 'fexofenadine', 'chlorphenamine', 'bilastine'] },
]
