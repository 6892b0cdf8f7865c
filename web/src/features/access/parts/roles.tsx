import { useQuery } from '@tanstack/react-query'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { relationRulesQuery } from '../queries.ts'

/** A role as people call it. */
export function useRoleName(): (role: string) => string {
  const t = useText()
  return (role) => (hasText(`people.role.${role}`) ? t(`people.role.${role}`) : role)
}

/** Every role of the hospital, to choose from. */
export function useRoleChoices(): { value: string; label: string }[] {
  const name = useRoleName()
  const query = useQuery(relationRulesQuery)
  return (query.data?.items ?? []).map((rule) => ({ value: rule.role, label: name(rule.role) }))
}
