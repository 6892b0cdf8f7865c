import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { safety } from '#contract/safety.ts'
import { ApiError, client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import type { BasketLine } from './basket.tsx'

const checks = client(safety)

/** What speaks against what a known patient buys, while it is gathered; who may not judge it hears of it when the sale is refused. */
export function useSafety(patientId: string, lines: readonly BasketLine[]) {
  const { can } = useAuth()
  const mayJudge = can('safety.check')
  const medicines = [...new Set(lines.flatMap((line) => line.item.medicationId ?? []))]
  const isAsked = mayJudge && patientId !== '' && medicines.length > 0
  const query = useQuery({ queryKey: ['pharmacy', 'safety', patientId, medicines], queryFn: () => checks.checkSafety({ body: { patientId, stage: 'dispense', medications: medicines.map((medicationId) => ({ medicationId })) } }), enabled: isAsked, staleTime: 0 })
  return { alerts: isAsked ? (query.data?.alerts ?? []) : [], mayJudge, isPending: isAsked && query.isPending }
}

/** A sale that a check stopped, for who may not pass over it: what it said, and whom to ask. */
export function Refused({ error }: { error: unknown }) {
  const t = useText()
  const { can } = useAuth()
  if (!(error instanceof ApiError) || error.code !== 'safety.override_required' || can('safety.check')) return null
  return <Alert color="red" variant="outline" role="alert" title={t('pharmacy.counter.mayNotJudge')}>{error.errors.map((one) => <Text key={one.message} size="sm"><bdi>{one.message}</bdi></Text>)}</Alert>
}
