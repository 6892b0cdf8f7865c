import { lazy, Suspense, type ComponentType } from 'react'
import { createRootRoute, createRoute, useNavigate, useParams, useRouter, useSearch, type AnyRoute } from '@tanstack/react-router'
import { Loading } from '../ui/states.tsx'
import { ErrorBoundary } from './errors.tsx'

export const rootRoute = createRootRoute({ validateSearch: (search: Record<string, unknown>): Record<string, unknown> => search })

/** A page of its own chunk, loaded when its address is opened; its failure stays inside the shell. */
export function pageRoute(path: string, load: () => Promise<ComponentType>): AnyRoute {
  const Page = lazy(async () => ({ default: await load() }))
  const component = () => (
    <ErrorBoundary>
      <Suspense fallback={<Loading rows={6} />}>
        <Page />
      </Suspense>
    </ErrorBoundary>
  )
  return createRoute({ getParentRoute: () => rootRoute, path, component })
}

/** A path parameter of the page that is open. */
export function usePathParam(name: string): string {
  const params: Record<string, unknown> = useParams({ strict: false })
  const value = params[name]
  return typeof value === 'string' ? value : ''
}

/** A filter kept in the URL; never a name or anything else of a patient. */
export function useSearchParam(name: string): [string | undefined, (value: string | undefined) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const value = search[name]
  const set = (next: string | undefined) => {
    const change = (before: Record<string, unknown>) => ({ ...before, cursor: undefined, [name]: next === '' ? undefined : next })
    void navigate({ to: '.', search: change, replace: true })
  }
  return [value === undefined ? undefined : String(value), set]
}

/** Opens an address of the program, with its query if any. */
export function useGo(): (path: string) => void {
  const router = useRouter()
  return (path) => router.history.push(path)
}
