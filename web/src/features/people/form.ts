import type { people } from '#contract/people.ts'
import type { z } from 'zod'

type User = z.output<typeof people.readUser.response>
type System = NonNullable<User['system']>

export interface StaffValues extends Record<string, unknown> {
  displayName: string
  title: string
  specialty: string
  licenceNumber: string
  system: System | ''
  isPractitioner: boolean
  language: User['language']
}

export const staffValues = (user?: User): StaffValues => ({
  displayName: user?.displayName ?? '',
  title: user?.title ?? '',
  specialty: user?.specialty ?? '',
  licenceNumber: user?.licenceNumber ?? '',
  system: user?.system ?? '',
  isPractitioner: user?.isPractitioner ?? false,
  language: user?.language ?? 'en',
})

export const staffBody = (values: StaffValues) => ({
  displayName: values.displayName,
  title: values.title,
  specialty: values.specialty,
  licenceNumber: values.licenceNumber,
  system: values.system === '' ? null : values.system,
  isPractitioner: values.isPractitioner,
  language: values.language,
})
