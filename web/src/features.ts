import type { Feature } from './kernel/features.ts'
import { organizations } from './features/organizations/routes.tsx'
import { patients } from './features/patients/routes.tsx'
import { people } from './features/people/routes.tsx'

/** In the order of the navigation. One line a feature. */
export const allFeatures: Feature[] = [patients, people, organizations]
