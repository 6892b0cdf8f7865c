import { Button } from '@mantine/core'
import { createRoute, createRouter, Link, Navigate } from '@tanstack/react-router'
import { features } from './kernel/features.ts'
import { useAuth } from './kernel/auth.tsx'
import { useText } from './kernel/i18n.ts'
import { rootRoute } from './kernel/routing.tsx'
import { Shell } from './ui/shell.tsx'
import { Empty, Failed } from './ui/states.tsx'

/** Each role's first page is its work-list. */
function Landing() {
  const { can } = useAuth()
  const t = useText()
  const open = features()
    .flatMap((feature) => feature.landing ?? [])
    .filter((landing) => can(landing.permission))
    .sort((a, b) => a.order - b.order)
  const first = open[0]
  return first === undefined ? <Empty title={t('shell.noRights')} hint={t('shell.noRightsHint')} /> : <Navigate to={first.path} replace />
}

const openedAt = location.pathname
const requestId = document.querySelector<HTMLMetaElement>('meta[name=request-id]')?.content ?? ''

/** The request's id belongs to the address that was opened, not to one that was gone to afterwards. */
function NotFound() {
  const t = useText()
  const id = location.pathname === openedAt && !requestId.startsWith('__') ? requestId : ''
  const hint = [t('shell.notFoundHint'), ...(id === '' ? [] : [t('errors.requestId', { id })])].join(' ')
  return <Empty title={t('shell.notFound')} hint={hint} action={<Button component={Link} to="/" variant="default">{t('errors.page.home')}</Button>} />
}

export function makeRouter() {
  const home = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Landing })
  rootRoute.update({ component: Shell, notFoundComponent: NotFound, errorComponent: ({ error, reset }) => <Failed error={error} retry={reset} /> })
  const routeTree = rootRoute.addChildren([home, ...features().flatMap((feature) => feature.routes)])
  return createRouter({ routeTree, scrollRestoration: true })
}
