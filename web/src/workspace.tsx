import { useState } from 'react'
import { RouterProvider } from '@tanstack/react-router'
import { allFeatures } from './features.ts'
import { registerFeatures } from './kernel/features.ts'
import { makeRouter } from './router.tsx'

registerFeatures(allFeatures)

/** Everything behind the sign-in, in chunks of its own. */
export function Workspace() {
  const [router] = useState(makeRouter)
  return <RouterProvider router={router} />
}
