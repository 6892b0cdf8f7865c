interface SeedService {
  code: string
  name: string
  category: string
  amount: string
  taxCode: string
  taxRatePercent: string
  isTaxIncluded?: boolean
  /** Charged by itself when an outpatient visit opens. */
  isConsultation?: boolean
}

// Care by a clinical establishment is exempt: SAC 9993, Notification 12/2017-Central Tax (Rate), entry 74.
const care = (code: string, name: string, category: string, amount: string): SeedService => ({ code, name, category, amount, taxCode: '999312', taxRatePercent: '0' })
const goods = (code: string, name: string, amount: string, hsn: string, rate: string): SeedService => ({ code, name, category: 'goods', amount, taxCode: hsn, taxRatePercent: rate, isTaxIncluded: true })

/** A small price list for the demo, per kind of hospital; not anybody's tariff. */
export const services: Readonly<Record<'allopathy' | 'ayurveda' | 'homeopathy', readonly SeedService[]>> = {
  allopathy: [
    { ...care('OPD-CONS', 'Outpatient consultation', 'consultation', '500.00'), isConsultation: true }, care('OPD-FU', 'Follow-up consultation', 'consultation', '300.00'), care('ECG', 'Electrocardiogram', 'procedure', '350.00'), care('DRESS', 'Dressing, small', 'procedure', '250.00'),
    care('NEB', 'Nebulisation', 'procedure', '150.00'), care('INJ', 'Injection', 'procedure', '80.00'), care('SUT', 'Suturing', 'procedure', '900.00'), care('PHYSIO', 'Physiotherapy session', 'therapy', '600.00'), goods('CRUTCH', 'Crutches, pair', '1180.00', '9021', '5'), goods('MASK', 'Face masks, box', '236.00', '6307', '5'),
    { code: 'COPY', name: 'Copies of records', category: 'administration', amount: '100.00', taxCode: '998595', taxRatePercent: '18' },
  ],
  ayurveda: [
    { ...care('AY-CONS', 'Consultation', 'consultation', '400.00'), isConsultation: true }, care('ABHY', 'Abhyangam', 'therapy', '1200.00'), care('SHIRO', 'Shirodhara', 'therapy', '1800.00'), care('NASYA', 'Nasyam', 'therapy', '600.00'), care('KIZHI', 'Elakizhi', 'therapy', '1500.00'), care('PIZH', 'Pizhichil', 'therapy', '2500.00'),
    goods('OIL-DT', 'Dhanwantharam tailam, 200 ml', '262.50', '3004', '5'),
  ],
  homeopathy: [{ ...care('HO-CONS', 'Consultation', 'consultation', '300.00'), isConsultation: true }, care('HO-CASE', 'Case taking, first', 'consultation', '800.00'), goods('GLOB', 'Globules, 30 ml', '84.00', '3004', '5')],
}
