import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

const undoMs = 10_000
const shortMs = 4000

/** Says what was done and offers to undo it for ten seconds. */
export function notice(text: string, undoLabel: string, undo?: () => void): void {
  const id = crypto.randomUUID()
  const press = () => {
    notifications.hide(id)
    undo?.()
  }
  const message = (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{text}</Text>
      {undo === undefined ? null : (
        <Button size="compact-sm" variant="default" onClick={press}>
          {undoLabel}
        </Button>
      )}
    </Group>
  )
  notifications.show({ id, message, autoClose: undo === undefined ? shortMs : undoMs })
}
