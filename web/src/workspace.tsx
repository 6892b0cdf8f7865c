import { useState } from 'react'
import { RouterProvider } from '@tanstack/react-router'
import { allFeatures } from './features.ts'
import { useAuth } from './kernel/auth.tsx'
import { registerFeatures } from './kernel/features.ts'
import { useLive } from './kernel/live.ts'
import { makeRouter } from './router.tsx'

registerFeatures(allFeatures)

/** Everything behind the sign-in, in chunks of its own. */
export function Workspace() {
  const [router] = useState(makeRouter)
  useLive(useAuth().facilityId)
  return <RouterProvider router={router} />
}
