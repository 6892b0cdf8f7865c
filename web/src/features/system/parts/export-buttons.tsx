import { Button, Menu } from '@mantine/core'
import { IconFileExport } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { system } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import type { useAuditFilter } from './filter.tsx'

const api = client(system)

/** Has what the filters show made into a file. */
export function ExportButtons({ query }: { query: ReturnType<typeof useAuditFilter>['query'] }) {
  const t = useText()
  const go = useGo()
  const make = useWrite((format: 'csv' | 'pdf') => api.createAuditExport({ body: { format, ...query } }), { invalidate: [['system', 'exports']], done: t('system.export.asked'), onDone: () => go('/audit/exports') })
  return (
    <Can permission="audit.export">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconFileExport size={16} />} loading={make.isPending}>{t('system.export.make')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => make.mutate('csv')}>{t('system.export.csv')}</Menu.Item>
          <Menu.Item onClick={() => make.mutate('pdf')}>{t('system.export.pdf')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item component={Link} to="/audit/exports">{t('system.export.title')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Can>
  )
}
