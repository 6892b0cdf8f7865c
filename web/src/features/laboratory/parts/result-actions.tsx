import { Button, Group } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'

/** Verifies or releases at once what of a list is ready for it; what is held waits for a look of its own. */
export function ResultActions({ results }: { results: readonly Result[] }) {
  const t = useText()
  const { can } = useAuth()
  const toVerify = results.filter((result) => result.state === 'received' && result.holds.length === 0)
  const toRelease = results.filter((result) => result.state === 'verified' || result.state === 'approved')
  const ids = (rows: readonly Result[]) => rows.slice(0, 200).map((row) => row.id)
  const verify = useWrite(() => api.verifyMany({ body: { ids: ids(toVerify) } }), { invalidate: touched, done: t('laboratory.verified') })
  const release = useWrite(() => api.releaseMany({ body: { ids: ids(toRelease) } }), { invalidate: touched, done: t('laboratory.released') })
  return (
    <Group gap="xs">
      {toVerify.length > 0 && can('laboratory.verify') ? <Button variant={toRelease.length > 0 ? 'default' : 'filled'} loading={verify.isPending} onClick={() => verify.mutate(undefined)}>{t('laboratory.verifyAll', { count: toVerify.length })}</Button> : null}
      {toRelease.length > 0 && can('laboratory.release') ? <Button loading={release.isPending} onClick={() => release.mutate(undefined)}>{t('laboratory.releaseAll', { count: toRelease.length })}</Button> : null}
    </Group>
  )
}
