import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { AboutPanel } from '../parts/about-panel.tsx'
import { BackupsPanel } from '../parts/backups-panel.tsx'
import { HealthPanel } from '../parts/health-panel.tsx'
import { JobsPanel } from '../parts/jobs-panel.tsx'
import { installationQuery } from '../queries.ts'

/** Looking after the installation: how it is, its backups, its jobs. */
export function OperationsPage() {
  const t = useText()
  const query = useQuery(installationQuery)
  const [chosen, choose] = useSearchParam('tab')
  return (
    <Page title={t('operations.title')}>
      <Loaded query={query}>
        {(installation) => {
          const tabs = installation.isOperator ? ['health', 'backups', 'jobs', 'about'] : ['backups', 'jobs']
          const open = tabs.includes(chosen ?? '') ? chosen : tabs[0]
          return (
            <Tabs value={open ?? 'backups'} onChange={(value) => choose(value ?? undefined)} keepMounted={false}>
              <Tabs.List mb="md" style={{ flexWrap: 'wrap' }}>
                {tabs.map((name) => <Tabs.Tab key={name} value={name}>{t(`operations.tab.${name}`)}</Tabs.Tab>)}
              </Tabs.List>
              <Tabs.Panel value="health"><HealthPanel /></Tabs.Panel>
              <Tabs.Panel value="backups"><BackupsPanel installation={installation} /></Tabs.Panel>
              <Tabs.Panel value="jobs"><JobsPanel installation={installation} /></Tabs.Panel>
              <Tabs.Panel value="about"><AboutPanel installation={installation} /></Tabs.Panel>
            </Tabs>
          )
        }}
      </Loaded>
    </Page>
  )
}
