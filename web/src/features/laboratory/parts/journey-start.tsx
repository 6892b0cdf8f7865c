import { useState } from 'react'
import { Button, Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Specimen, touched } from '../queries.ts'

/** Sends a tube to another laboratory, or says that it comes from a collecting centre; nothing where there is no partner. */
export function JourneyStart({ specimen }: { specimen: Specimen }) {
  const t = useText()
  const kind = specimen.actions.includes('send') ? 'send-out' : 'collecting-centre'
  const partners = useQuery({ queryKey: ['laboratory', 'partners', kind], queryFn: ({ signal }) => api.listPartners({ query: { kind, limit: 200 }, signal }) }).data?.items.filter((one) => one.isActive) ?? []
  const [partnerId, setPartnerId] = useState<string | null>(null)
  const [courier, setCourier] = useState('')
  const send = useWrite(() => api.startJourney({ body: { specimenId: specimen.id, partnerId: partnerId ?? '', courier } }), { invalidate: touched, done: t('laboratory.journeys.started') })
  if (partners.length === 0 || !(specimen.actions.includes('send') || specimen.state === 'collected')) return null
  return (
    <Group align="end" gap="sm">
      <Select w={260} label={t(kind === 'send-out' ? 'laboratory.journeys.to' : 'laboratory.journeys.from')} data={partners.map((one) => ({ value: one.id, label: one.name }))} value={partnerId} onChange={setPartnerId} />
      <TextInput w={200} label={t('laboratory.journeys.courier')} maxLength={120} value={courier} onChange={(event) => setCourier(event.currentTarget.value)} />
      <Button variant="default" disabled={partnerId === null} loading={send.isPending} onClick={() => send.mutate(undefined)}>{t('laboratory.journeys.start')}</Button>
    </Group>
  )
}
