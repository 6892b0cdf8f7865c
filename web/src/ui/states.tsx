import { lazy, Suspense, useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { Badge, Box, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCircle, IconCircleCheck, IconHexagon, IconInfoSquareRounded, IconRefresh, type Icon } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { ApiError } from '../kernel/api.ts'
import { features } from '../kernel/features.ts'
import { errorText, useText } from '../kernel/i18n.ts'
import { tones, type Tone } from './theme.ts'

const patienceMs = 100

/** A skeleton, only when the answer takes longer than a blink. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const [isLate, setLate] = useState(false)
  const t = useText()
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs)
    return () => clearTimeout(timer)
  }, [])
  if (!isLate) return null
  return (
    <Stack gap="xs" p="md" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={20} width={`${100 - ((row * 13) % 40)}%`} />
      ))}
    </Stack>
  )
}

/** Nothing here yet, and how to begin. */
export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {hint === undefined ? null : (
        <Text size="sm" c="dimmed" maw={420}>
          {hint}
        </Text>
      )}
      {action}
    </Stack>
  )
}

let restricted: ComponentType<{ patientId: string; actions: string[] }> | undefined
function restrictedView(): typeof restricted {
  const load = features().find((feature) => feature.restricted !== undefined)?.restricted
  if (load !== undefined) restricted ??= lazy(async () => ({ default: await load() }))
  return restricted
}

/** What failed, in words, and the way to try again; or through, where a wall stands before a record. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const Restricted = restrictedView()
  if (Restricted !== undefined && error instanceof ApiError && error.patientId !== undefined) return <Suspense fallback={<Loading />}><Restricted patientId={error.patientId} actions={error.allowed} /></Suspense>
  return <Failure error={error} {...(retry === undefined ? {} : { retry })} />
}

function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useText()
  const requestId = error instanceof ApiError ? error.requestId : ''
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center" role="alert">
      <IconAlertTriangle aria-hidden size={28} stroke={1.5} />
      <Title order={3}>{t('errors.title')}</Title>
      <Text size="sm" maw={460}>
        {errorText(t, error)}
      </Text>
      {requestId === '' ? null : (
        <Text size="xs" c="dimmed">
          {t('errors.requestId', { id: requestId })}
        </Text>
      )}
      {retry === undefined ? null : (
        <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={retry}>
          {t('common.retry')}
        </Button>
      )}
    </Stack>
  )
}

/** Shows data, its skeleton or its failure. */
export function Loaded<T>({ query, rows, children }: { query: UseQueryResult<T, Error>; rows?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return <Loading {...(rows === undefined ? {} : { rows })} />
}

const shapes: Record<Tone, Icon> = { neutral: IconCircle, good: IconCircleCheck, warn: IconAlertTriangle, bad: IconHexagon, info: IconInfoSquareRounded }

/** A state as a shape and a word; colour only adds to it. */
export function StateBadge({ label, tone = 'neutral' }: { label: string; tone?: Tone; state?: string }) {
  const Shape = shapes[tone]
  return (
    <Badge variant="light" color={tones[tone]} radius="sm" tt="none" fw={600} leftSection={<Shape size={12} aria-hidden />} miw="max-content" style={{ color: 'var(--mantine-color-text)' }}>
      {label}
    </Badge>
  )
}

/** A label with its value, for details. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box>
      <Text size="xs" c="dimmed" component="dt">
        {label}
      </Text>
      <Group component="dd" m={0} gap={4} fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {children === '' || children === null || children === undefined ? '–' : children}
      </Group>
    </Box>
  )
}
