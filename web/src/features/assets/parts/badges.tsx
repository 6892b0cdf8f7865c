import { Group } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Asset } from '../queries.ts'

const tones = { 'in-use': 'good', 'under-maintenance': 'warn', 'out-of-order': 'bad', 'in-store': 'info', disposed: 'neutral' } as const

/** How an asset stands, and what is wrong besides. */
export function AssetState({ asset }: { asset: Pick<Asset, 'state' | 'isMissing' | 'isCalibrationFailed'> }) {
  const t = useText()
  return (
    <Group gap={4}>
      <StateBadge tone={tones[asset.state]} label={t(`assets.state.${asset.state}`)} />
      {asset.isMissing ? <StateBadge tone="bad" label={t('assets.missing')} /> : null}
      {asset.isCalibrationFailed ? <StateBadge tone="bad" label={t('assets.calibrationFailed')} /> : null}
    </Group>
  )
}

const weights = { 'life-support': 'bad', high: 'warn', medium: 'info', low: 'neutral' } as const

/** How much depends on it. */
export function Criticality({ value }: { value: Asset['criticality'] }) {
  const t = useText()
  return <StateBadge tone={weights[value]} label={t(`assets.criticality.${value}`)} />
}
