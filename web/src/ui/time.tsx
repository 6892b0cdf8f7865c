import { Text, Tooltip } from '@mantine/core'
import { useFormat } from '../kernel/format.ts'

/** An instant or a day: short, whole on hover and for those who tab to it. */
export function When({ at, isDayOnly = false }: { at: string | null | undefined; isDayOnly?: boolean }) {
  const format = useFormat()
  if (!at) return <>–</>
  const short = isDayOnly ? format.day(at) : format.dayTime(at)
  return (
    <Tooltip label={format.full(at)}>
      <Text component="time" dateTime={at} inherit style={{ whiteSpace: 'nowrap' }}>
        {short}
      </Text>
    </Tooltip>
  )
}
