import { queryOptions } from '@tanstack/react-query'
import { interop } from '#contract/interop.ts'
import { client } from '../../kernel/api.ts'
import { download } from '../../ui/csv.ts'

export const api = client(interop)
export type Run = Awaited<ReturnType<typeof api.readImport>>

const isGoing = (run: Run | undefined): boolean => run?.state === 'queued' || run?.state === 'running'

/** A run, asked again each second while it goes on. */
export const runQuery = (id: string) => queryOptions({ queryKey: ['imports', id], queryFn: ({ signal }) => api.readImport({ params: { id }, signal }), refetchInterval: (query) => (isGoing(query.state.data) ? 1000 : false) })

export const saveErrors = async (id: string): Promise<void> => {
  const blob = await api.importErrors({ params: { id } })
  download(`import-${id}-errors.csv`, `\ufeff${await blob.text()}`)
}
