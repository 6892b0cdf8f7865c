import { Anchor, Group, Stack, Text } from '@mantine/core'
import { IconActivity, IconAlertTriangle, IconCalendarEvent, IconClipboardList, IconFileText, IconPill, IconReceipt, IconStethoscope, IconTestPipe, IconUser, type Icon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TimelineItem } from '#contract/patients.ts'
import { wallTime, useFormat } from '../kernel/format.ts'
import { useAuth } from '../kernel/auth.tsx'
import { hasText, useText } from '../kernel/i18n.ts'

const icons: Record<string, Icon> = { appointment: IconCalendarEvent, encounter: IconStethoscope, note: IconFileText, document: IconFileText, prescription: IconPill, dispense: IconPill, vitals: IconActivity, result: IconTestPipe, 'lab-report': IconTestPipe, order: IconClipboardList, alert: IconAlertTriangle, invoice: IconReceipt, payment: IconReceipt }

function Entry({ item, path }: { item: TimelineItem; path: string | undefined }) {
  const t = useText()
  const format = useFormat()
  const Shape = icons[item.kind] ?? IconUser
  const kindKey = `timeline.${item.kind}`
  const titleKey = `timeline.title.${item.title}`
  const title = hasText(titleKey) ? t(titleKey) : item.title
  return (
    <Group component="li" wrap="nowrap" align="start" gap="sm" py={8} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Text component="time" dateTime={item.at} size="sm" c="dimmed" w={48} className="figures" title={format.full(item.at)}>
        {format.time(item.at)}
      </Text>
      <Shape size={18} stroke={1.5} aria-hidden />
      <Stack gap={0} flex={1}>
        {path === undefined ? <Text size="sm">{title}</Text> : <Anchor component={Link} to={path} size="sm">{title}</Anchor>}
        <Text size="xs" c="dimmed">
          {hasText(kindKey) ? t(kindKey) : item.kind}
        </Text>
      </Stack>
    </Group>
  )
}

/** What happened, newest first, grouped by the facility's day. */
export function Timeline({ items, path }: { items: TimelineItem[]; path?: (item: TimelineItem) => string | undefined }) {
  const format = useFormat()
  const { facility } = useAuth()
  const zone = facility?.timeZone ?? 'UTC'
  const days = new Map<string, TimelineItem[]>()
  for (const item of items) {
    const day = wallTime(item.at, zone).date
    days.set(day, [...(days.get(day) ?? []), item])
  }
  return (
    <Stack gap="md">
      {[...days].map(([day, entries]) => (
        <section key={day} aria-label={format.full(day)}>
          <Text fw={600} size="sm" tt="capitalize" title={format.full(day)}>
            {format.day(day)}
          </Text>
          <Stack component="ol" gap={0} m={0} p={0} style={{ listStyle: 'none' }}>
            {entries.map((item) => (
              <Entry key={`${item.ref.type}-${item.ref.id}-${item.kind}-${item.at}`} item={item} path={path?.(item)} />
            ))}
          </Stack>
        </section>
      ))}
    </Stack>
  )
}
