import { Text } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { SearchBox } from '../../../ui/search-box.tsx'
import { servicesQuery, type Service } from '../queries.ts'

/** Finds a service by code or name, with its price here. */
export function ServiceSearch({ label, onTake }: { label: string; onTake: (service: Service) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  return (
    <SearchBox
      label={label} placeholder={t('billing.service.search')} none={t('billing.service.none')} query={(search) => servicesQuery(search, facilityId)} onTake={onTake}
      render={(service: Service) => <><Text size="sm"><b>{service.name}</b> <Text span size="xs" c="dimmed">{service.code}</Text></Text><Text size="sm"><Money value={service.price} /></Text></>}
    />
  )
}
