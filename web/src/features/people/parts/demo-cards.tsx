import { Alert, Box, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconHeartbeat, IconMicroscope, IconPill, IconReceipt, IconSettings, IconStethoscope, IconUser, IconUserCheck, type Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { errorText, hasText, useText } from '../../../kernel/i18n.ts'
import { demoQuery } from '../sign-in-queries.ts'
import { useSignIn } from './sign-in-form.tsx'
import styles from './sign-in.module.css'

const icons: Record<string, Icon> = { admin: IconSettings, doctor: IconStethoscope, nurse: IconHeartbeat, pharmacist: IconPill, cashier: IconReceipt, receptionist: IconUserCheck, 'lab-technician': IconMicroscope }

/** A card for each role of the demo: one press signs in. */
export function DemoCards({ onDone }: { onDone: () => unknown }) {
  const t = useText()
  const demo = useQuery(demoQuery)
  const signIn = useSignIn(onDone)
  const items = demo.data?.items ?? []
  const tenants = [...new Set(items.map((item) => item.tenant))]
  const roleText = (role: string) => (hasText(`people.role.${role}`) ? t(`people.role.${role}`) : role)
  if (items.length === 0) return null
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('people.demo.hint')}
      </Text>
      {signIn.isError ? (
        <Alert role="alert" color="red" variant="outline">
          {errorText(t, signIn.error)}
        </Alert>
      ) : null}
      {tenants.map((tenant) => (
        <Box key={tenant} component="section" aria-label={tenant}>
          <Text fw={600} size="sm" mb={6}>
            {tenant}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs">
            {items
              .filter((item) => item.tenant === tenant)
              .map((item) => {
                const Shape = icons[item.role] ?? IconUser
                return (
                  <UnstyledButton key={item.email} className={styles.card} disabled={signIn.isPending} onClick={() => signIn.mutate({ email: item.email, password: item.password })}>
                    <Shape size={22} stroke={1.5} aria-hidden />
                    <span>
                      <Text size="sm" fw={600} span display="block">
                        {roleText(item.role)}
                      </Text>
                      <Text size="xs" c="dimmed" span display="block">
                        <bdi>{item.name}</bdi> · <bdi>{item.facility}</bdi>
                      </Text>
                    </span>
                  </UnstyledButton>
                )
              })}
          </SimpleGrid>
        </Box>
      ))}
    </Stack>
  )
}
