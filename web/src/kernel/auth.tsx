import { createContext, use, useMemo, useState, type ReactNode } from 'react'
import type { Me } from '#contract/people.ts'
import { send, session } from './api.ts'
import { adoptLanguage, type Language, setLanguage } from './i18n.ts'
import { queryClient } from './query.ts'

type Facility = Me['facilities'][number]

export interface Auth {
  me: Me
  facility: Facility | undefined
  facilityId: string
  /** May this user do it here, or in the facility named? */
  can: (permission: string, facilityId?: string) => boolean
  setFacility: (id: string) => void
  signOut: () => Promise<void>
}

const AuthContext = createContext<Auth | undefined>(undefined)
const facilityKey = 'triveni.facility'

/** Who is signed in; asked once at the start and after each sign-in. */
export async function fetchMe(): Promise<Me> {
  // Without the contract: the sign-in page is small because its schemas come later.
  const me: Me = await (await send('GET', '/me')).json()
  session.csrfToken = me.csrfToken
  session.isSignedIn = true
  await adoptLanguage(me.user.language).catch(() => undefined)
  return me
}

/** Shows a language that was chosen; of who is signed in the account keeps it, so that it holds on the next device. */
export async function chooseLanguage(language: Language): Promise<void> {
  await setLanguage(language)
  if (!session.isSignedIn) return
  const me = await fetchMe()
  if (me.user.language === language) return
  const user: Me['user'] = await (await send('PATCH', '/me', { body: { language }, ifMatch: me.user.version })).json()
  queryClient.setQueryData<Me>(['me'], { ...me, user })
}

async function signOut(): Promise<void> {
  await send('POST', '/auth/sign-out', { body: {} }).catch(() => undefined)
  session.isSignedIn = false
  session.csrfToken = ''
  queryClient.clear()
  location.assign('/')
}

function permissionCheck(me: Me, facility: Facility | undefined): Auth['can'] {
  return (permission, facilityId) => {
    if (permission === 'signed-in' || permission === 'public') return true
    const where = facilityId === undefined ? facility : me.facilities.find((one) => one.id === facilityId)
    return where?.permissions.includes(permission) ?? false
  }
}

export function AuthProvider({ me, children }: { me: Me; children: ReactNode }) {
  const [chosen, setChosen] = useState(() => localStorage.getItem(facilityKey))
  const auth = useMemo<Auth>(() => {
    const facility = me.facilities.find((one) => one.id === chosen) ?? me.facilities[0]
    const setFacility = (id: string) => {
      localStorage.setItem(facilityKey, id)
      setChosen(id)
      void queryClient.invalidateQueries()
    }
    return { me, facility, facilityId: facility?.id ?? '', can: permissionCheck(me, facility), setFacility, signOut }
  }, [me, chosen])
  return <AuthContext value={auth}>{children}</AuthContext>
}

/** The signed-in user and the acting facility. */
export function useAuth(): Auth {
  const auth = use(AuthContext)
  if (auth === undefined) throw new Error('useAuth outside AuthProvider')
  return auth
}

/** Children only for those who may. */
export function Can({ permission, facilityId, children }: { permission: string; facilityId?: string; children: ReactNode }) {
  const { can } = useAuth()
  return can(permission, facilityId) ? children : null
}
