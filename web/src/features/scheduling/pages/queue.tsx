import type { ReactNode } from 'react'
import { Button, SimpleGrid } from '@mantine/core'
import { IconDeviceTv, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { PractitionerSelect } from '../parts/practitioner-select.tsx'
import { ExpectedRow, QueueRow } from '../parts/queue-row.tsx'
import styles from '../parts/queue.module.css'
import { addDays } from '../dates.ts'
import { queueQuery, rangeQuery, usePractitionerParam } from '../queries.ts'

const isExpected = (appointment: { state: string }) => appointment.state === 'scheduled' || appointment.state === 'confirmed'
const isNow = (item: { state: string }) => Number(item.state === 'checked-in')

function Waiting({ practitionerId, walkIn }: { practitionerId: string | undefined; walkIn: ReactNode }) {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery(queueQuery(facilityId, practitionerId))
  return (
    <Section title={t('scheduling.queue.waiting', { count: query.data?.items.filter(isNow).length ?? 0 })}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? <Empty title={t('scheduling.queue.empty')} hint={t('scheduling.queue.emptyHint')} action={walkIn} /> : (
            <ul className={styles.list}>
              {items.toSorted((a, b) => isNow(a) - isNow(b) || a.token - b.token).map((item) => (
                <QueueRow key={item.id} item={item} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}

function Expected({ practitionerId }: { practitionerId: string | undefined }) {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const today = format.today()
  const query = useQuery(rangeQuery({ facilityId, ...(practitionerId === undefined ? {} : { practitionerId }), from: format.instant(today, '00:00'), to: format.instant(addDays(today, 1), '00:00') }))
  const items = query.data?.filter(isExpected) ?? []
  return (
    <Section title={t('scheduling.queue.expected', { count: items.length })}>
      <Loaded query={query}>
        {() =>
          items.length === 0 ? <Empty title={t('scheduling.queue.nobodyExpected')} hint={t('scheduling.queue.nobodyExpectedHint')} /> : (
            <ul className={styles.list}>
              {items.map((appointment) => (
                <ExpectedRow key={appointment.id} appointment={appointment} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}

/** The first page of desk and doctor: who waits, who comes. */
export function QueuePage() {
  const t = useText()
  const [practitionerId, setPractitioner] = usePractitionerParam()
  const walkIn = (
    <Can permission="encounters.check-in">
      <Button component={Link} to="/encounters/new" leftSection={<IconUserPlus size={16} />}>
        {t('scheduling.queue.walkIn')}
      </Button>
    </Can>
  )
  const actions = (
    <>
      <PractitionerSelect isFilter hasAll value={practitionerId} onChange={setPractitioner} />
      <Button component={Link} to="/board" variant="default" leftSection={<IconDeviceTv size={16} />}>
        {t('scheduling.board.open')}
      </Button>
      {walkIn}
    </>
  )
  return (
    <Page title={t('scheduling.queue.title')} actions={actions}>
      <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
        <Waiting practitionerId={practitionerId} walkIn={walkIn} />
        <Expected practitionerId={practitionerId} />
      </SimpleGrid>
    </Page>
  )
}
