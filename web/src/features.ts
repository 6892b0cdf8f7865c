import type { Feature } from './kernel/features.ts'
import { billing } from './features/billing/routes.tsx'
import { clinical } from './features/clinical/routes.tsx'
import { encounters } from './features/encounters/routes.tsx'
import { imports } from './features/imports/routes.tsx'
import { medications } from './features/medications/routes.tsx'
import { operations } from './features/operations/routes.tsx'
import { organizations } from './features/organizations/routes.tsx'
import { patients } from './features/patients/routes.tsx'
import { people } from './features/people/routes.tsx'
import { privacy } from './features/privacy/routes.tsx'
import { reports } from './features/reports/routes.tsx'
import { scheduling } from './features/scheduling/routes.tsx'
import { system } from './features/system/routes.tsx'

/** In the order of the navigation. One line a feature. */
export const allFeatures: Feature[] = [patients, scheduling, encounters, clinical, medications, billing, reports, people, organizations, imports, operations, system, privacy]
