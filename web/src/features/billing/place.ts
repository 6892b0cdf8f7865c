import { useNavigate } from '@tanstack/react-router'
import { useSearchParam } from '../../kernel/routing.tsx'

interface Place {
  patientId?: string
  encounterId?: string
  bill?: string
}

/** What is open at the desk, in the address; a move sets all of it at once. */
export function usePlace(): Place & { go: (place: Place) => void } {
  const [patientId] = useSearchParam('patientId')
  const [encounterId] = useSearchParam('encounterId')
  const [bill] = useSearchParam('bill')
  const navigate = useNavigate()
  const go = (place: Place) => void navigate({ to: '.', search: () => ({ ...place }), replace: true })
  return { ...(patientId ? { patientId } : {}), ...(encounterId ? { encounterId } : {}), ...(bill ? { bill } : {}), go }
}
