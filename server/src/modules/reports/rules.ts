import type { DashboardNumber } from '#contract/reports.ts'
import type { RoleName } from '#contract/people.ts'

/** Everything the dashboards count. */
export interface Counted {
  expected: number
  arrived: number
  waiting: number
  consulting: number
  completed: number
  noShow: number
  longestWaitMinutes: number
  opened: number
  closed: number
  thisMonth: number
  myTasks: number
  myOverdue: number
  registered: number
  all: number
  unsigned: number
  signed: number
  partly: number
  openBills: number
  drafts: number
  issuedToday: number
  takenToday: number
}
export type CountName = keyof Counted

/** What a role looks at first, the most urgent before the rest. */
export const shownTo: Readonly<Record<RoleName, readonly CountName[]>> = {
  admin: ['opened', 'waiting', 'longestWaitMinutes', 'noShow', 'registered', 'all', 'thisMonth', 'openBills', 'takenToday', 'myTasks'],
  doctor: ['waiting', 'longestWaitMinutes', 'expected', 'consulting', 'closed', 'unsigned', 'myTasks', 'myOverdue'],
  nurse: ['waiting', 'longestWaitMinutes', 'expected', 'consulting', 'myTasks', 'myOverdue'],
  therapist: ['waiting', 'expected', 'consulting', 'unsigned', 'myTasks'],
  receptionist: ['expected', 'arrived', 'waiting', 'longestWaitMinutes', 'completed', 'noShow', 'registered', 'myTasks'],
  pharmacist: ['signed', 'partly', 'myTasks'],
  cashier: ['openBills', 'drafts', 'issuedToday', 'takenToday', 'myTasks'],
  'lab-technician': ['myTasks', 'myOverdue'],
  radiologist: ['myTasks', 'myOverdue'],
  'biomedical-engineer': ['myTasks', 'myOverdue'],
  housekeeping: ['myTasks', 'myOverdue'],
  cook: ['myTasks'],
  auditor: ['opened', 'thisMonth', 'registered', 'all', 'takenToday'],
  guest: [],
  patient: [],
}

/** The permission that makes a role's numbers one's business; the roles without one see only their own tasks. */
export const keyPermission: Readonly<Partial<Record<RoleName, string>>> = {
  admin: 'organizations.write', doctor: 'clinical.diagnoses', nurse: 'clinical.vitals', therapist: 'clinical.notes', receptionist: 'encounters.check-in', pharmacist: 'medications.dispense', cashier: 'billing.collect', auditor: 'audit.read',
}

const pathOf: Readonly<Partial<Record<CountName, string>>> = {
  expected: '/queue', arrived: '/queue', completed: '/queue', waiting: '/queue', longestWaitMinutes: '/queue', consulting: '/encounters?state=in-consultation&practitioner=all', closed: '/encounters?state=closed&practitioner=all', opened: '/encounters?practitioner=all', thisMonth: '/encounters?practitioner=all', noShow: '/appointments?state=no-show',
  registered: '/patients', all: '/patients', myTasks: '/tasks', myOverdue: '/tasks', signed: '/prescriptions?state=finalized', partly: '/prescriptions?state=partly-dispensed', openBills: '/billing/invoices?state=issued', drafts: '/billing/invoices?state=draft', issuedToday: '/billing/invoices', takenToday: '/billing/takings',
}

/** The numbers of a role, with their unit and the page that lists them. */
export function numbersOf(role: RoleName, counted: Partial<Counted>, currency: string): DashboardNumber[] {
  return shownTo[role].map((key) => {
    const path = pathOf[key]
    return { key, value: counted[key] ?? 0, unit: key === 'takenToday' ? 'money' : key === 'longestWaitMinutes' ? 'minutes' : 'count', ...(key === 'takenToday' ? { currency } : {}), ...(path === undefined ? {} : { path }) }
  })
}
