import type { RoleName } from '#contract/people.ts'

export interface SeedStaff {
  role: RoleName
  name: string
  title: string
  specialty: string
}

export interface SeedHospital {
  key: string
  name: string
  domain: string
  system: 'allopathy' | 'ayurveda' | 'homeopathy'
  facilities: { code: string; name: string; address: string; motto: string; taxNumber: string }[]
  staff: SeedStaff[]
}

const common: SeedStaff[] = [
  { role: 'admin', name: 'Leena Thomas', title: '', specialty: '' },
  { role: 'nurse', name: 'Mini Joseph', title: 'Sr.', specialty: '' },
  { role: 'receptionist', name: 'Rahul Sethi', title: '', specialty: '' },
  { role: 'cashier', name: 'Usha Pillai', title: '', specialty: '' },
  { role: 'pharmacist', name: 'Naveen Bhat', title: '', specialty: '' },
  { role: 'auditor', name: 'Farah Khan', title: '', specialty: '' },
]

/** The three hospitals of the demo: a general one with two facilities, an Ayurveda hospital, a homeopathy clinic. */
export const hospitals: readonly SeedHospital[] = [
  {
    key: 'general', name: 'Triveni General Hospital', domain: 'general.example', system: 'allopathy',
    facilities: [
      { code: 'GH1', name: 'Triveni General, Kochi', address: 'MG Road, Kochi 682016, Kerala', motto: 'त्रायस्व सर्वामयात्', taxNumber: '32AAAAA0000A1Z5' },
      { code: 'GH2', name: 'Triveni General, Thrissur', address: 'Round South, Thrissur 680001, Kerala', motto: 'त्रायस्व सर्वामयात्', taxNumber: '32AAAAA0000A1Z5' },
    ],
    staff: [
      ...common,
      { role: 'doctor', name: 'Anand Menon', title: 'Dr.', specialty: 'General medicine' },
      { role: 'doctor', name: 'Sara Mathew', title: 'Dr.', specialty: 'Paediatrics' },
      { role: 'lab-technician', name: 'Deepak Rao', title: '', specialty: '' },
      { role: 'radiologist', name: 'Kavita Iyer', title: 'Dr.', specialty: 'Radiology' },
      { role: 'biomedical-engineer', name: 'Jaya Suresh', title: '', specialty: 'Biomedical engineering' },
      { role: 'housekeeping', name: 'Shanti Das', title: '', specialty: '' },
      { role: 'cook', name: 'Gopal Yadav', title: '', specialty: '' },
      { role: 'guest', name: 'Visiting Guest', title: '', specialty: '' },
    ],
  },
  {
    key: 'ayurveda', name: 'Narmada Ayurveda Hospital', domain: 'ayurveda.example', system: 'ayurveda',
    facilities: [{ code: 'AY1', name: 'Narmada Ayurveda, Palakkad', address: 'Kalpathy, Palakkad 678003, Kerala', motto: 'त्रायस्व सर्वामयात्', taxNumber: '32BBBBB0000B1Z4' }],
    staff: [...common, { role: 'doctor', name: 'Vasudevan Namboodiri', title: 'Dr.', specialty: 'Kayachikitsa' }, { role: 'therapist', name: 'Leela Warrier', title: '', specialty: 'Panchakarma' }],
  },
  {
    key: 'homeopathy', name: 'Samatva Homeopathy Clinic', domain: 'homeopathy.example', system: 'homeopathy',
    facilities: [{ code: 'HC1', name: 'Samatva Clinic, Pune', address: 'FC Road, Pune 411004, Maharashtra', motto: 'त्रायस्व सर्वामयात्', taxNumber: '27CCCCC0000C1Z3' }],
    staff: [...common, { role: 'doctor', name: 'Meera Kulkarni', title: 'Dr.', specialty: 'Homeopathy' }],
  },
]
