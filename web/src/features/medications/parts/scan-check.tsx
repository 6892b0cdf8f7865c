import { useState } from 'react'
import { Alert, Stack } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { ItemSearch, type Taken } from '../../inventory/public.tsx'

interface Due {
  prescriptionItemId: string
  itemId: string
  /** What is to be taken; of one medicine it may be of several items. */
  lots: readonly { itemId: string; batch: string }[]
}

/** A pack is scanned before it goes over the counter: is it on this prescription, and of the lot that is to be given? */
export function ScanCheck({ due, onRight }: { due: readonly Due[]; onRight: (prescriptionItemId: string) => void }) {
  const t = useText()
  const [wrong, setWrong] = useState('')
  const check = ({ item, batch }: Taken) => {
    const line = due.find((one) => one.itemId === item.id || one.lots.some((lot) => lot.itemId === item.id))
    const batches = line?.lots.filter((lot) => lot.itemId === item.id).map((lot) => lot.batch) ?? []
    if (line === undefined) return setWrong(t('medications.scan.wrong', { name: item.name }))
    if (batch !== '' && !batches.includes(batch)) return setWrong(t('medications.scan.batch', { batch, wanted: line.lots.map((lot) => lot.batch).join(', ') }))
    setWrong('')
    return onRight(line.prescriptionItemId)
  }
  return (
    // Enter belongs to the scanner here: it never hands out.
    <Stack gap="xs" onKeyDown={(event) => (event.key === 'Enter' ? event.preventDefault() : undefined)}>
      <ItemSearch label={t('medications.scan.check')} onTake={check} />
      {wrong === '' ? null : <Alert color="red" variant="outline" role="alert">{wrong}</Alert>}
    </Stack>
  )
}
