import { z } from 'zod'
import { currency, date, id } from './common/values.ts'
import { roleName } from './people.ts'
import { route } from './define.ts'

const number = z.object({ key: z.string(), value: z.number(), unit: z.enum(['count', 'minutes', 'money']), currency: currency.optional(), path: z.string().optional() })
export type DashboardNumber = z.output<typeof number>

export const reports = {
  dashboard: route({
    method: 'GET', path: '/dashboards/{role}', summary: 'Today in numbers for a role',
    description: 'Counted now, in the calendar day of the facility. `path` is the page of the program that lists what was counted.',
    permission: 'signed-in', audit: 'read', phi: false, mayLag: true, params: z.strictObject({ role: roleName }), query: z.strictObject({ facilityId: id.optional() }), response: z.object({ role: roleName, facilityId: id, on: date, numbers: z.array(number) }), errors: [],
  }),
}
