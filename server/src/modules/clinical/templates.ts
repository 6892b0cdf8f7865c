/** Shipped templates of notes: section names are i18n keys `clinical.section.<name>`. A note keeps the version it was written with. */
export const templates = [
  { id: 'soap', name: 'soap', system: null, version: 1, sections: ['concerns', 'subjective', 'objective', 'assessment', 'plan'] },
  { id: 'ayurveda', name: 'ayurveda', system: 'ayurveda', version: 1, sections: ['concerns', 'prakriti', 'dosha', 'agni', 'nadi', 'examination', 'assessment', 'plan'] },
  { id: 'homeopathy', name: 'homeopathy', system: 'homeopathy', version: 1, sections: ['concerns', 'generals', 'mentals', 'modalities', 'particulars', 'repertory', 'assessment', 'plan'] },
] as const
