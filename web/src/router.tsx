import { createRoute, createRouter, Navigate } from '@tanstack/react-router'
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

function NotFound() {
  const t = useText()
  return <Empty title={t('shell.notFound')} hint={t('shell.notFoundHint')} />
}

export function makeRouter() {
  const home = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Landing })
  rootRoute.update({ component: Shell, notFoundComponent: NotFound, errorComponent: ({ error, reset }) => <Failed error={error} retry={reset} /> })
  const routeTree = rootRoute.addChildren([home, ...features().flatMap((feature) => feature.routes)])
  return createRouter({ routeTree, scrollRestoration: true })
}
