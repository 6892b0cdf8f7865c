import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { onConfirmNeeded, onSessionEnded, ApiError } from './kernel/api.ts'
import { AuthProvider, fetchMe } from './kernel/auth.tsx'
import { directionOf, useLanguage, useText } from './kernel/i18n.ts'
import { styleNonce } from './kernel/nonce.ts'
import { queryClient } from './kernel/query.ts'
import { Failed, Loading } from './ui/states.tsx'
import { cssVariables, themeIn } from './ui/theme.ts'

const SignInOverlay = lazy(async () => ({ default: (await import('./features/people/parts/sign-in-overlay.tsx')).SignInOverlay }))
const ConfirmOverlay = lazy(async () => ({ default: (await import('./features/people/parts/confirm-overlay.tsx')).ConfirmOverlay }))
const NewPasswordPage = lazy(async () => ({ default: (await import('./features/people/pages/new-password.tsx')).NewPasswordPage }))
const SignInPage = lazy(async () => ({ default: (await import('./features/people/pages/sign-in.tsx')).SignInPage }))
const SignInReturnPage = lazy(async () => ({ default: (await import('./features/people/pages/sign-in-return.tsx')).SignInReturnPage }))
const SwitchUser = lazy(async () => ({ default: (await import('./features/people/parts/switch-user.tsx')).SwitchUser }))
const Workspace = lazy(async () => ({ default: (await import('./workspace.tsx')).Workspace }))

/** F9 works in a field too, where letters are text. */
function useSwitchKey(open: () => void) {
  const latest = useRef(open)
  useEffect(() => {
    latest.current = open
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'F9' || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

/** The page stays under the sign-in, with what was typed; another user gets a page of their own. */
function Gate() {
  const me = useQuery({ queryKey: ['me'], queryFn: fetchMe, staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY })
  const [isEnded, setEnded] = useState(false)
  const answer = useRef<(isSignedIn: boolean) => void>(undefined)
  const [confirmed, setConfirmed] = useState<(isConfirmed: boolean) => void>()
  const [isSwitching, setSwitching] = useState(false)
  const userId = me.data?.user.id
  useSwitchKey(() => setSwitching(true))
  useEffect(() => {
    onSessionEnded((done) => {
      answer.current = done
      setEnded(true)
    })
    onConfirmNeeded((done) => setConfirmed(() => done))
  }, [])
  const resume = async () => {
    const before = userId
    const next = await fetchMe()
    setEnded(false)
    answer.current?.(next.user.id === before)
    if (next.user.id !== before) queryClient.clear()
    queryClient.setQueryData(['me'], next)
    void queryClient.invalidateQueries()
  }
  const switched = async () => {
    setSwitching(false)
    await resume()
  }
  const endConfirm = (isConfirmed: boolean) => {
    confirmed?.(isConfirmed)
    setConfirmed(undefined)
  }
  // Until a second factor is set up that a role needs, there is no other page.
  if (me.data?.mustEnrol === true && location.pathname !== '/account/security') history.replaceState(null, '', '/account/security')
  if (me.data !== undefined)
    return (
      <AuthProvider me={me.data} key={userId}>
        <Suspense fallback={<Loading rows={6} />}>
          <Workspace />
        </Suspense>
        <Suspense fallback={null}>{isEnded ? <SignInOverlay email={me.data.user.email} onDone={resume} /> : null}</Suspense>
        <Suspense fallback={null}>{isSwitching && !isEnded ? <SwitchUser onDone={switched} onClose={() => setSwitching(false)} /> : null}</Suspense>
        <Suspense fallback={null}>{confirmed === undefined ? null : <ConfirmOverlay onEnd={endConfirm} />}</Suspense>
      </AuthProvider>
    )
  if (me.error instanceof ApiError && me.error.status === 401) return <Suspense fallback={<Loading rows={6} />}><SignInPage onDone={() => me.refetch()} /></Suspense>
  return me.isError ? <Failed error={me.error} retry={() => void me.refetch()} /> : <Loading rows={6} />
}

/** Mantine's own direction follows the language. */
function Direction() {
  const language = useLanguage()
  const { setDirection } = useDirection()
  useEffect(() => setDirection(directionOf(language)), [language, setDirection])
  return null
}

/** Pages that need no session and bring nobody back to one. */
const alone: Record<string, typeof NewPasswordPage> = { '/new-password': NewPasswordPage, '/sign-in/return': SignInReturnPage }
const Alone = alone[location.pathname]

export function App() {
  const t = useText()
  const close = t('common.close')
  const dismiss = t('common.dismiss')
  const showPassword = t('people.signIn.showPassword')
  const theme = useMemo(() => themeIn({ close, dismiss, showPassword }), [close, dismiss, showPassword])
  return (
    <DirectionProvider initialDirection={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={styleNonce}>
        <QueryClientProvider client={queryClient}>
          <Direction />
          <Notifications position="bottom-right" />
          {Alone === undefined ? <Gate /> : <Suspense fallback={<Loading rows={6} />}><Alone /></Suspense>}
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  )
}
