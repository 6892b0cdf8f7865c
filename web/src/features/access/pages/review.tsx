import { Alert, Button, SegmentedControl, SimpleGrid, Stack, Table, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { access } from '#contract/access.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { GlassState } from '../parts/states.tsx'
import { api, glassQuery, type Glass } from '../queries.ts'

const outcomes = ['justified', 'not-justified'] as const

function Review({ glass }: { glass: Glass }) {
  const t = useText()
  const initialValues: { outcome: (typeof outcomes)[number]; note: string } = { outcome: 'justified', note: '' }
  const form = useAppForm({
    initialValues,
    schema: access.reviewGlass.body,
    submit: (values) => api.reviewGlass({ params: { id: glass.id }, body: values }),
    done: () => void queryClient.invalidateQueries({ queryKey: ['access'] }),
  })
  return (
    <Section title={t('access.review.outcome')}>
      <Form form={form} submitLabel={t('access.review.give')} labels={{ note: t('access.review.note') }}>
        <SegmentedControl aria-label={t('access.review.outcome')} data={outcomes.map((value) => ({ value, label: t(`access.state.${value}`) }))} {...form.fields.getInputProps('outcome')} />
        <Textarea label={t('access.review.note')} withAsterisk autosize minRows={2} maxLength={1000} {...form.fields.getInputProps('note')} />
      </Form>
    </Section>
  )
}

function BreachOffer({ glass }: { glass: Glass }) {
  const t = useText()
  const go = useGo()
  if (glass.state !== 'not-justified') return null
  return (
    <Can permission="privacy.write">
      <Alert variant="outline" title={t('access.state.not-justified')}>
        <Stack gap="xs" align="start">
          <Text size="sm">{t('access.review.breachHint')}</Text>
          <Button variant="default" onClick={() => go(`/breaches/new?glass=${glass.id}`)}>{t('access.review.breach')}</Button>
        </Stack>
      </Alert>
    </Can>
  )
}

function Facts({ glass }: { glass: Glass }) {
  const t = useText()
  return (
    <Section title={glass.userName} actions={<GlassState glass={glass} />}>
      <Stack>
        <Text style={{ whiteSpace: 'pre-wrap' }}><bdi>{glass.reason}</bdi></Text>
        <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 4 }} m={0}>
          <Fact label={t('common.patient')}><bdi>{glass.patientName || t('access.queue.hidden')}</bdi></Fact>
          <Fact label={t('access.queue.since')}><When at={glass.startedAt} /></Fact>
          <Fact label={t('access.queue.ends')}><When at={glass.endedAt ?? glass.endsAt} /></Fact>
          {glass.reviewedAt === null ? null : <Fact label={t('access.review.by')}>{glass.reviewedBy}, <When at={glass.reviewedAt} /></Fact>}
          {glass.reviewNote === '' ? null : <Fact label={t('access.review.note')}><bdi>{glass.reviewNote}</bdi></Fact>}
        </SimpleGrid>
      </Stack>
    </Section>
  )
}

/** One emergency access: why, what was opened in it, and the judgement of another person. */
export function GlassReviewPage() {
  const t = useText()
  const query = useQuery(glassQuery(usePathParam('id')))
  return (
    <Page title={t('access.review.one')} crumbs={[{ label: t('access.queue.title'), path: '/break-glass' }]}>
      <Loaded query={query}>
        {(glass) => (
          <Stack>
            <Facts glass={glass} />
            <BreachOffer glass={glass} />
            {glass.actions.includes('review') ? <Review glass={glass} /> : null}
            <Section title={t('access.review.opened')}>
              {glass.opened.length === 0 ? <Empty title={t('access.review.nothing')} /> : (
                <Table><Table.Tbody>{glass.opened.map((one, index) => <Table.Tr key={index}><Table.Td w={180}><When at={one.at} /></Table.Td><Table.Td><code dir="ltr">{one.action}</code></Table.Td></Table.Tr>)}</Table.Tbody></Table>
              )}
            </Section>
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
