import { Card, Select, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { roleName } from '#contract/people.ts'
import { reports, type DashboardNumber } from '#contract/reports.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'

const api = client(reports)
const refreshMs = 30_000

function Tile({ number }: { number: DashboardNumber }) {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { path } = number
  const value = number.unit === 'money' ? format.money({ amount: String(number.value), currency: number.currency ?? 'INR' }) : number.unit === 'minutes' ? t('reports.minutes', { count: number.value }) : format.number(number.value)
  const content = (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">{t(`reports.number.${number.key}`)}</Text>
      <Text fz={28} fw={600} lh={1.2} className="figures">{value}</Text>
    </Stack>
  )
  const card = <Card withBorder p="md">{content}</Card>
  return path === undefined ? card : <UnstyledButton onClick={() => go(path)}>{card}</UnstyledButton>
}

/** Today in numbers; each leads to the list behind it. */
export function DashboardPage() {
  const t = useText()
  const { facility, facilityId } = useAuth()
  const roles = roleName.options.filter((one) => facility?.roles.includes(one))
  const [param, setRole] = useSearchParam('role')
  const role = roles.find((one) => one === param) ?? roles[0] ?? 'guest'
  const query = useQuery({ queryKey: ['reports', 'dashboard', role, facilityId], queryFn: ({ signal }) => api.dashboard({ params: { role }, query: { facilityId }, signal }), refetchInterval: refreshMs })
  const choice = roles.length < 2 ? null : <Select aria-label={t('reports.role')} data={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))} value={role} onChange={(value) => setRole(value ?? undefined)} />
  return (
    <Page title={t('reports.title')} actions={choice}>
      <Loaded query={query}>
        {({ numbers }) => (numbers.length === 0 ? <Empty title={t('reports.empty')} /> : <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }}>{numbers.map((number) => <Tile key={number.key} number={number} />)}</SimpleGrid>)}
      </Loaded>
    </Page>
  )
}
