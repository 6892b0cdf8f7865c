import { useEffect } from 'react'
import { Button, Group, Title } from '@mantine/core'
import { IconArrowLeft, IconMaximize } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Empty, Loaded } from '../../../ui/states.tsx'
import styles from '../parts/queue.module.css'
import { boardQuery } from '../queries.ts'

interface BoardItem {
  token: number
  state: string
  practitionerName: string
}

function Tokens({ items, isNow }: { items: BoardItem[]; isNow: boolean }) {
  return (
    <ul className={styles.tokens}>
      {items.map((item) => (
        <li key={item.token} className={styles.big} data-now={isNow || undefined}>
          <span className={isNow ? styles.number : styles.next}>{item.token}</span>
          <span className={styles.where}>
            <bdi>{item.practitionerName}</bdi>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** For the screen in the waiting room: tokens, never names of patients. */
export function BoardPage() {
  const t = useText()
  const { facility, facilityId } = useAuth()
  const query = useQuery(boardQuery(facilityId))
  useEffect(() => {
    document.title = `${t('scheduling.board.title')} · Triveni`
  }, [t])
  return (
    <section className={styles.board} aria-label={t('scheduling.board.title')}>
      <Group justify="space-between" className="no-print">
        <Title order={1}>{facility?.name}</Title>
        <Group gap="xs">
          <Button variant="subtle" leftSection={<IconMaximize size={18} />} onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}>
            {t('scheduling.board.fullScreen')}
          </Button>
          <Button component={Link} to="/queue" variant="subtle" leftSection={<IconArrowLeft size={18} className="flip" />}>
            {t('common.back')}
          </Button>
        </Group>
      </Group>
      <Loaded query={query}>
        {({ items }) => {
          const now = items.filter((item) => item.state === 'in-progress')
          const next = items.filter((item) => item.state !== 'in-progress')
          if (items.length === 0) return <Empty title={t('scheduling.board.empty')} />
          return (
            <div aria-live="polite">
              <Title order={2} my="sm">
                {t('scheduling.board.now')}
              </Title>
              <Tokens items={now} isNow />
              <Title order={2} my="sm">
                {t('scheduling.board.next')}
              </Title>
              <Tokens items={next} isNow={false} />
            </div>
          )
        }}
      </Loaded>
    </section>
  )
}
