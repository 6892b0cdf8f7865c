import { z } from 'zod'
import { optionalText, text } from './common/values.ts'
import { route } from './define.ts'

export const microbeKind = z.enum(['antibiotic', 'organism'])
/** WHO AWaRe classification of antibiotics, 2023: access, watch, reserve. */
const aware = z.enum(['', 'access', 'watch', 'reserve'])
const described = { class: optionalText(40).optional(), aware: aware.optional(), tier: z.int().min(1).max(3).optional(), isActive: z.boolean().optional() }
const microbe = z.object({ kind: microbeKind, name: z.string(), class: z.string(), aware, tier: z.int(), isActive: z.boolean(), isOwn: z.boolean() })
export type Microbe = z.output<typeof microbe>

export const microbiologyRoutes = {
  listMicrobiology: route({ method: 'GET', path: '/lab-microbiology', summary: 'Antibiotics with class, AWaRe group and tier, and organisms: those it starts with and the laboratory’s own', permission: 'laboratory.read', audit: 'none', phi: false, query: z.strictObject({ kind: microbeKind.optional() }), response: z.object({ items: z.array(microbe) }), errors: [] }),
  setMicrobiology: route({ method: 'PUT', path: '/lab-microbiology', summary: 'Add an antibiotic or an organism, or change the one of that name', description: 'Names are one whatever their case, accents and signs. A culture written with another spelling is kept with the name of the list.', permission: 'laboratory.catalogue', audit: 'update', phi: false, body: z.strictObject({ kind: microbeKind, name: text(60), ...described }), response: microbe, errors: [] }),
}
