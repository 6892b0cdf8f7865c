import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const signIns = z.array(z.object({ tenant: z.string(), facility: z.string(), role: z.string(), name: z.string(), email: z.string(), password: z.string() }))
export type DemoSignIn = z.output<typeof signIns>[number]

const demo: { file?: string } = {}

/** Says where the demo's sign-ins are kept; without it there is no demo. */
export function useDemo(file: string): void {
  demo.file = file
}
export const isDemo = (): boolean => demo.file !== undefined

export function demoSignIns(): DemoSignIn[] {
  return demo.file === undefined || !existsSync(demo.file) ? [] : signIns.parse(JSON.parse(readFileSync(demo.file, 'utf8')))
}
