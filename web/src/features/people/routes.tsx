import { IconBuildingHospital, IconKey, IconPlugConnected, IconShieldLock, IconUserPlus, IconUsersGroup } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const people: Feature = {
  name: 'people',
  routes: [
    pageRoute('/account', async () => (await import('./pages/account.tsx')).AccountPage),
    pageRoute('/account/security', async () => (await import('./pages/security.tsx')).SecurityPage),
    pageRoute('/sign-in-settings', async () => (await import('./pages/sign-in-settings.tsx')).SignInSettingsPage),
    pageRoute('/account/api-keys', async () => (await import('./pages/api-keys.tsx')).ApiKeysPage),
    pageRoute('/identity-providers', async () => (await import('./pages/identity-providers.tsx')).IdentityProvidersPage),
    pageRoute('/identity-providers/new', async () => (await import('./pages/identity-provider.tsx')).NewIdentityProviderPage),
    pageRoute('/identity-providers/$id', async () => (await import('./pages/identity-provider.tsx')).IdentityProviderPage),
    pageRoute('/programs', async () => (await import('./pages/oauth-clients.tsx')).OauthClientsPage),
    pageRoute('/users', async () => (await import('./pages/users.tsx')).UsersPage),
    pageRoute('/users/new', async () => (await import('./pages/new-user.tsx')).NewUserPage),
    pageRoute('/users/$id', async () => (await import('./pages/user.tsx')).UserPage),
    pageRoute('/roles', async () => (await import('./pages/roles.tsx')).RolesPage),
  ],
  nav: [
    { path: '/users', labelKey: 'people.users.nav', icon: IconUsersGroup, permission: 'people.read', key: 'u', group: 'administration' },
    { path: '/sign-in-settings', labelKey: 'people.settings.title', icon: IconShieldLock, permission: 'people.write', group: 'administration' },
    { path: '/identity-providers', labelKey: 'federation.nav', icon: IconBuildingHospital, permission: 'people.write', group: 'administration' },
    { path: '/programs', labelKey: 'federation.client.title', icon: IconPlugConnected, permission: 'people.clients', group: 'administration' },
    { path: '/roles', labelKey: 'people.roles.nav', icon: IconKey, permission: 'people.read', group: 'administration' },
  ],
  commands: [
    { path: '/users/new', labelKey: 'people.users.add', icon: IconUserPlus, permission: 'people.write' },
    { path: '/account/api-keys', labelKey: 'people.key.title', icon: IconKey, permission: 'people.api-keys' },
    { path: '/account/security', labelKey: 'people.security.title', icon: IconShieldLock, permission: 'signed-in' },
  ],
  landing: [{ permission: 'people.read', path: '/users', order: 900 }],
}
