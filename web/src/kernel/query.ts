import { notifications } from '@mantine/notifications'
import { QueryClient, useMutation, useQueryClient, type QueryKey, type UseMutationResult } from '@tanstack/react-query'
import { ApiError } from './api.ts'
import { errorText, useText } from './i18n.ts'
import { notice } from './notice.tsx'

const isWorthRetry = (error: unknown) => error instanceof ApiError && (error.status === 0 || error.status === 503)

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, gcTime: 300_000, retry: (count, error) => count < 2 && isWorthRetry(error) }, mutations: { retry: false } },
})

interface WriteOptions<A> {
  invalidate?: QueryKey[]
  /** Shown when done. */
  done?: string
  /** Offered for ten seconds after it is done. */
  undo?: (answer: A) => Promise<unknown>
  onDone?: (answer: A) => void
  /** The caller shows errors itself. */
  isQuiet?: boolean
}

/** A write: tells success and failure, refreshes what it touches, and offers to undo. */
export function useWrite<V, A>(run: (values: V) => Promise<A>, options: WriteOptions<A> = {}): UseMutationResult<A, Error, V> {
  const t = useText()
  const client = useQueryClient()
  const refresh = () => Promise.all((options.invalidate ?? []).map((queryKey) => client.invalidateQueries({ queryKey })))
  return useMutation({
    mutationFn: run,
    onSuccess: (answer) => {
      void refresh()
      const undo = options.undo
      if (options.done !== undefined) notice(options.done, t('common.undo'), undo && (() => void undo(answer).then(refresh)))
      options.onDone?.(answer)
    },
    onError: (error) => {
      if (!options.isQuiet) notifications.show({ color: 'red', title: t('errors.title'), message: errorText(t, error), autoClose: 8000, withBorder: true, closeButtonProps: { 'aria-label': t('common.dismiss') } })
    },
  })
}
