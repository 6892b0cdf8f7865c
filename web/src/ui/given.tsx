import { type ComponentType, lazy, Suspense } from 'react'
import { useAuth } from '../kernel/auth.tsx'
import { features } from '../kernel/features.ts'

type Given = ComponentType<{ patientId: string }> | ComponentType
const parts = new Map<string, ComponentType<{ patientId: string }>>()

function part(name: string, load: () => Promise<Given>): ComponentType<{ patientId: string }> {
  const Part = parts.get(name) ?? lazy(async () => ({ default: (await load()) as ComponentType<{ patientId: string }> }))
  parts.set(name, Part)
  return Part
}

/** What features give to the frame, to those who may: in its header, above the page, or in the banner of a patient. */
export function GivenBy({ place, patientId = '' }: { place: 'headerAction' | 'shellNotice' | 'patientSign'; patientId?: string }) {
  const { can } = useAuth()
  return features().flatMap(({ name, [place]: given }) => {
    if (given === undefined || !can(given.permission)) return []
    const Part = part(`${name}.${place}`, given.load)
    return [<Suspense key={name} fallback={null}><Part patientId={patientId} /></Suspense>]
  })
}
