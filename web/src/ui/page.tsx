import { useEffect, type ReactNode } from 'react'
import { Anchor, Box, Breadcrumbs, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

interface PageProps {
  title: string
  actions?: ReactNode
  crumbs?: { label: string; path: string }[]
  /** Initials stand in the tab's title, so that two tabs with two patients differ. */
  patient?: { givenName: string; familyName: string } | undefined
  children: ReactNode
}

const initialsOf = (patient: { givenName: string; familyName: string }) => `${patient.givenName.slice(0, 1)}${patient.familyName.slice(0, 1)}`.toUpperCase()

/** A page of the shell: where it stands, what it is, what can be done. */
export function Page({ title, actions, crumbs = [], patient, children }: PageProps) {
  useEffect(() => {
    document.title = `${patient === undefined ? '' : `${initialsOf(patient)} · `}${title} · Triveni`
  }, [title, patient])
  return (
    <Stack gap="md" p={{ base: 'sm', sm: 'lg' }} maw={1440} mx="auto">
      <Group justify="space-between" align="end" gap="sm">
        <Box>
          {crumbs.length === 0 ? null : (
            <Breadcrumbs component="nav" separatorMargin={6} mb={4} styles={{ root: { flexWrap: 'wrap' } }}>
              {crumbs.map((crumb) => (
                <Anchor key={crumb.path} component={Link} to={crumb.path} size="sm" lh="24px">
                  {crumb.label}
                </Anchor>
              ))}
              <Text size="sm" c="dimmed" aria-current="page">
                {title}
              </Text>
            </Breadcrumbs>
          )}
          <Title order={1}>{title}</Title>
        </Box>
        <Group gap="xs" className="no-print">
          {actions}
        </Group>
      </Group>
      {children}
    </Stack>
  )
}

/** A part of a page between hairlines. */
export function Section({ title, actions, children }: { title?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Paper component="section" aria-label={title ?? ''} p="md" bg="var(--surface)">
      {title === undefined ? null : (
        <Group justify="space-between" mb="sm">
          <Title order={2}>{title}</Title>
          {actions}
        </Group>
      )}
      {children}
    </Paper>
  )
}
