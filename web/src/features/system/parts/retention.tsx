import { useState } from 'react'
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { system } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'

const api = client(system)

function RetentionForm({ months, least }: { months: number; least: number }) {
  const t = useText()
  const { can } = useAuth()
  const [value, setValue] = useState<string | number>(months)
  const save = useWrite(() => api.writeAuditSettings({ body: { retentionMonths: Number(value) } }), { invalidate: [['system', 'retention']], done: t('common.saved') })
  const isMine = can('audit.settings')
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw={640}>{t('system.retention.hint', { least })}</Text>
      <Group align="end">
        <NumberInput w={200} label={t('system.retention.months')} min={least} max={1200} allowDecimal={false} value={value} disabled={!isMine} onChange={setValue} />
        {isMine ? <Button loading={save.isPending} disabled={Number(value) === months} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button> : null}
      </Group>
    </Stack>
  )
}

/** How long the audit stays in the database; older months move to sealed files. */
export function Retention() {
  const query = useQuery({ queryKey: ['system', 'retention'], queryFn: ({ signal }) => api.readAuditSettings({ signal }) })
  return <Loaded query={query} rows={2}>{(data) => <RetentionForm key={data.retentionMonths} months={data.retentionMonths} least={data.leastMonths} />}</Loaded>
}
