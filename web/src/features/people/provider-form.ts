import type { IdentityProvider } from '#contract/federation.ts'

export { rolesQuery } from './queries.ts'

export interface ProviderValues extends Record<string, unknown> {
  name: string
  issuer: string
  clientId: string
  clientSecret: string
  isActive: boolean
  isListed: boolean
  roleClaim: string
  roleMap: { value: string; facilityId: string; role: string }[]
  mapsAdmins: boolean
  createsUsers: boolean
}

/** What the form begins with; a secret is never shown again. */
export const providerValues = (provider?: IdentityProvider): ProviderValues => ({
  name: provider?.name ?? '', issuer: provider?.issuer ?? '', clientId: provider?.clientId ?? '', clientSecret: '', isActive: provider?.isActive ?? true, isListed: provider?.isListed ?? true,
  roleClaim: provider?.roleClaim ?? 'groups', roleMap: (provider?.roleMap ?? []).map((one) => ({ ...one })), mapsAdmins: provider?.mapsAdmins ?? false, createsUsers: provider?.createsUsers ?? false,
})

/** A secret that is left empty stays as it is. */
export const providerBody = ({ clientSecret, ...rest }: ProviderValues) => ({ ...rest, ...(clientSecret === '' ? {} : { clientSecret }) })
