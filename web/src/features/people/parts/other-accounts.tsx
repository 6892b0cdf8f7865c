import { Button, Stack } from '@mantine/core'
import { IconBuildingHospital } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { beginOther, doorsQuery } from '../sign-in-queries.ts'
import { Refused } from './sign-in-form.tsx'

/** A button for each hospital whose people sign in with an account of another place. */
export function OtherAccounts() {
  const t = useText()
  const doors = useQuery(doorsQuery)
  const go = useMutation({ mutationFn: beginOther })
  const items = doors.data?.items ?? []
  const isOneHospital = new Set(items.map((one) => one.hospital)).size < 2
  if (items.length === 0) return null
  return (
    <Stack gap="xs" mt="md">
      <Refused error={go.error} />
      {items.map((one) => (
        <Button key={one.id} variant="default" fullWidth h="auto" mih={36} py={6} styles={{ label: { whiteSpace: 'normal', overflow: 'visible' } }} loading={go.isPending && go.variables === one.id} disabled={go.isPending} leftSection={<IconBuildingHospital size={18} stroke={1.5} aria-hidden />} onClick={() => go.mutate(one.id)}>
          {isOneHospital ? t('federation.with', { name: one.name }) : t('federation.withOf', { name: one.name, hospital: one.hospital })}
        </Button>
      ))}
    </Stack>
  )
}
