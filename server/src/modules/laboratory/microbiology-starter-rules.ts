/** A term of the lists of microbiology; `aliases` are other names it goes by. */
export interface Term {
  kind: 'antibiotic' | 'organism'
  name: string
  class: string
  aware: string
  tier: number
  isActive: boolean
  aliases: readonly string[]
}

type Line = readonly [name: string, aware: string, tier: number, aliases?: string]

/** Groups: WHO AWaRe classification of antibiotics for evaluation and monitoring of use, 2023. The tier is a proposal that a laboratory changes with its stewardship. */
const antibioticsByClass: Record<string, readonly Line[]> = {
  penicillin: [['Ampicillin', 'access', 1], ['Amoxicillin', 'access', 1], ['Benzylpenicillin', 'access', 1, 'Penicillin G|Penicillin'], ['Cloxacillin', 'access', 1, 'Oxacillin']],
  'beta-lactam-inhibitor': [['Amoxicillin-clavulanate', 'access', 1, 'Amoxicillin-clavulanic acid|Co-amoxiclav|Augmentin'], ['Ampicillin-sulbactam', 'access', 1], ['Piperacillin-tazobactam', 'watch', 2, 'Pip-tazo|Piptaz'], ['Cefoperazone-sulbactam', '', 2], ['Ceftazidime-avibactam', 'reserve', 3]],
  cephalosporin: [['Cefazolin', 'access', 1], ['Cefuroxime', 'watch', 1], ['Cefoxitin', 'watch', 1], ['Cefixime', 'watch', 1], ['Ceftriaxone', 'watch', 1], ['Cefotaxime', 'watch', 1], ['Ceftazidime', 'watch', 1], ['Cefepime', 'watch', 2]],
  monobactam: [['Aztreonam', 'reserve', 3]],
  carbapenem: [['Ertapenem', 'watch', 2], ['Imipenem', 'watch', 2, 'Imipenem-cilastatin'], ['Meropenem', 'watch', 2]],
  aminoglycoside: [['Gentamicin', 'access', 1], ['Amikacin', 'access', 1], ['Tobramycin', 'watch', 2]],
  fluoroquinolone: [['Ciprofloxacin', 'watch', 1], ['Levofloxacin', 'watch', 1], ['Norfloxacin', 'watch', 1], ['Ofloxacin', 'watch', 1], ['Moxifloxacin', 'watch', 2]],
  'folate-inhibitor': [['Cotrimoxazole', 'access', 1, 'Trimethoprim-sulfamethoxazole|Sulfamethoxazole-trimethoprim|Co-trimoxazole'], ['Trimethoprim', 'access', 1]],
  nitrofuran: [['Nitrofurantoin', 'access', 1]],
  fosfomycin: [['Fosfomycin', 'watch', 1]],
  tetracycline: [['Doxycycline', 'access', 1], ['Tetracycline', 'access', 1], ['Minocycline', 'watch', 2], ['Tigecycline', 'reserve', 3]],
  macrolide: [['Erythromycin', 'watch', 1], ['Azithromycin', 'watch', 1], ['Clarithromycin', 'watch', 1]],
  lincosamide: [['Clindamycin', 'access', 1]],
  phenicol: [['Chloramphenicol', 'access', 1]],
  nitroimidazole: [['Metronidazole', 'access', 1]],
  rifamycin: [['Rifampicin', 'watch', 1, 'Rifampin']],
  glycopeptide: [['Vancomycin', 'watch', 1], ['Teicoplanin', 'watch', 1]],
  oxazolidinone: [['Linezolid', 'reserve', 2]],
  lipopeptide: [['Daptomycin', 'reserve', 3]],
  polymyxin: [['Colistin', 'reserve', 3, 'Polymyxin E'], ['Polymyxin B', 'reserve', 3]],
}

const organisms = [
  'Escherichia coli', 'Klebsiella pneumoniae', 'Klebsiella oxytoca', 'Klebsiella aerogenes', 'Enterobacter cloacae', 'Citrobacter freundii', 'Citrobacter koseri', 'Proteus mirabilis', 'Proteus vulgaris', 'Morganella morganii', 'Providencia stuartii', 'Serratia marcescens', 'Salmonella Typhi', 'Salmonella Paratyphi A', 'Shigella flexneri', 'Shigella sonnei', 'Vibrio cholerae',
  'Pseudomonas aeruginosa', 'Acinetobacter baumannii', 'Stenotrophomonas maltophilia', 'Burkholderia cepacia', 'Burkholderia pseudomallei', 'Haemophilus influenzae', 'Moraxella catarrhalis', 'Neisseria gonorrhoeae', 'Neisseria meningitidis', 'Campylobacter jejuni',
  'Staphylococcus aureus', 'Staphylococcus epidermidis', 'Staphylococcus saprophyticus', 'Coagulase-negative staphylococci', 'Streptococcus pneumoniae', 'Streptococcus pyogenes', 'Streptococcus agalactiae', 'Viridans streptococci', 'Enterococcus faecalis', 'Enterococcus faecium', 'Listeria monocytogenes', 'Corynebacterium diphtheriae', 'Clostridioides difficile', 'Bacteroides fragilis',
  'Candida albicans', 'Candida tropicalis', 'Candida parapsilosis', 'Candida glabrata', 'Candida auris', 'Cryptococcus neoformans',
]

export const starterTerms: readonly Term[] = [
  ...Object.entries(antibioticsByClass).flatMap(([group, lines]) => lines.map(([name, aware, tier, aliases = '']): Term => ({ kind: 'antibiotic', name, class: group, aware, tier, isActive: true, aliases: aliases.split('|').filter(Boolean) }))),
  ...organisms.map((name): Term => ({ kind: 'organism', name, class: '', aware: '', tier: 1, isActive: true, aliases: [] })),
]
