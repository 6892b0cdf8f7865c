import { Alert, Button, Group, Text } from '@mantine/core'
import { IconArrowsSplit } from '@tabler/icons-react'
import type { Patient } from '#contract/patients.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api } from '../queries.ts'

/** Records that were merged into this one, each of which can come back. */
export function MergedNotice({ patient }: { patient: Patient }) {
  const t = useText()
  const unmerge = useWrite((id: string) => api.unmerge({ params: { id }, body: {} }), { invalidate: [['patients']], done: t('patients.merge.undone') })
  if (patient.mergedFrom.length === 0) return null
  return (
    <Alert variant="outline" icon={<IconArrowsSplit aria-hidden />} title={t('patients.merge.holds', { count: patient.mergedFrom.length })}>
      <Can permission="patients.merge">
        {patient.mergedFrom.map((id) => (
          <Group key={id} gap="xs">
            <Text size="sm" className="figures">
              {t('patients.merge.record', { id: id.slice(-8) })}
            </Text>
            <Button size="compact-sm" variant="default" loading={unmerge.isPending && unmerge.variables === id} onClick={() => unmerge.mutate(id)}>
              {t('patients.merge.undo')}
            </Button>
          </Group>
        ))}
      </Can>
    </Alert>
  )
}
