import { Alert, SimpleGrid, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { Section } from '../../../ui/page.tsx'
import { Fact } from '../../../ui/states.tsx'
import { api, type Asset } from '../queries.ts'
import { AssetState, Criticality } from './badges.tsx'

function Disposal({ asset }: { asset: Asset }) {
  const t = useText()
  const format = useFormat()
  const { data } = useQuery({ queryKey: ['assets', 'disposal', asset.id], queryFn: ({ signal }) => api.readDisposal({ params: { id: asset.id }, signal }) })
  const disposal = data?.disposal
  if (disposal === null || disposal === undefined) return null
  return (
    <Section title={t('assets.disposal')}>
      <SimpleGrid component="dl" m={0} cols={{ base: 2, sm: 3, lg: 6 }}>
        <Fact label={t('assets.dispose.kind')}>{t(`assets.disposal.${disposal.kind}`)}</Fact><Fact label={t('common.date')}>{format.day(disposal.on)}</Fact><Fact label={t('assets.net')}><Money value={disposal.net} /></Fact><Fact label={t('assets.dispose.proceeds')}><Money value={disposal.proceeds} /></Fact>
        <Fact label={t(disposal.gain.amount.startsWith('-') ? 'assets.loss' : 'assets.gain')}><Money value={{ ...disposal.gain, amount: disposal.gain.amount.replace('-', '') }} /></Fact><Fact label={t('assets.dispose.takenBy')}><bdi>{disposal.takenBy || '–'}</bdi></Fact>
      </SimpleGrid>
      <Text size="sm" mt="sm">{disposal.reason}</Text>
    </Section>
  )
}

/** What an asset is, where, whose, and what it is worth. */
export function OverviewTab({ asset }: { asset: Asset }) {
  const t = useText()
  const format = useFormat()
  return (
    <>
      {asset.isCalibrationFailed ? <Alert color="red" variant="outline" mb="md">{t('assets.failedNotice')}</Alert> : null}
      {asset.state === 'disposed' ? <Disposal asset={asset} /> : null}
      <Section>
        <SimpleGrid component="dl" m={0} cols={{ base: 2, sm: 3, lg: 4 }} verticalSpacing="md">
          <Fact label={t('common.state')}><AssetState asset={asset} /></Fact><Fact label={t('assets.criticality')}><Criticality value={asset.criticality} /></Fact><Fact label={t('assets.number')}><bdi className="figures">{asset.number}</bdi></Fact><Fact label={t('assets.category')}><bdi>{asset.categoryName}</bdi></Fact>
          <Fact label={t('assets.maker')}><bdi>{asset.maker || '–'}</bdi></Fact><Fact label={t('assets.model')}><bdi>{asset.model || '–'}</bdi></Fact><Fact label={t('assets.serial')}><bdi>{asset.serialNumber || '–'}</bdi></Fact><Fact label={t('assets.place')}><bdi>{[asset.departmentName, asset.location].filter(Boolean).join(', ') || '–'}</bdi></Fact>
          <Fact label={t('assets.custodian')}><bdi>{asset.custodianName || '–'}</bdi></Fact><Fact label={t('assets.vendor')}><bdi>{asset.vendorName || '–'}</bdi></Fact><Fact label={t('assets.invoice')}><bdi>{asset.invoiceNumber || '–'}</bdi></Fact><Fact label={t('assets.warrantyUntil')}>{format.day(asset.warrantyUntil)}</Fact>
          <Fact label={t('assets.purchasedOn')}>{format.day(asset.purchasedOn)}</Fact><Fact label={t('assets.inUseOn')}>{format.day(asset.inUseOn)}</Fact><Fact label={t('assets.lifeEndsOn')}>{format.day(asset.lifeEndsOn)}</Fact><Fact label={t('assets.nextDue')}>{format.day(asset.nextDueOn)}</Fact>
          {asset.counterUnit === '' ? null : <Fact label={t('assets.counter')}><bdi>{`${asset.counterReading} ${asset.counterUnit}`}</bdi></Fact>}
          {asset.instrumentName === '' ? null : <Fact label={t('assets.instrument')}><bdi>{asset.instrumentName}</bdi></Fact>}
        </SimpleGrid>
        {asset.stateReason === '' ? null : <Text size="sm" mt="md">{asset.stateReason}</Text>}
        {asset.note === '' ? null : <Text size="sm" mt="md" c="dimmed">{asset.note}</Text>}
      </Section>
    </>
  )
}
