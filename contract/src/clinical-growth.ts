import { z } from 'zod'
import { idParams } from './common/values.ts'
import { route } from './define.ts'

export const growthMeasure = z.enum(['weight', 'height', 'bmi', 'head'])

const point = z.object({ at: z.string(), ageMonths: z.number(), value: z.number(), z: z.number(), percentile: z.number() })
const curve = z.object({ z: z.number(), points: z.array(z.object({ month: z.number(), value: z.number() })) })
const chart = z.object({ measure: growthMeasure, unit: z.string(), toMonth: z.int(), curves: z.array(curve), points: z.array(point) })
export type GrowthChart = z.output<typeof chart>
export type GrowthPoint = z.output<typeof point>

export const growthRoutes = {
  growth: route({
    method: 'GET', path: '/patients/{id}/growth', summary: 'Growth of a child against the standards of the WHO: z-scores, percentiles and the curves to draw', description: 'WHO Child Growth Standards 2006 to 60 months, WHO Reference 2007 to 228 months; `missing` says why there is none.',
    permission: 'clinical.read', audit: 'read', phi: true, params: idParams, subject: 'id', response: z.object({ charts: z.array(chart), missing: z.enum(['not-a-child', 'birth-date', 'sex']).nullable() }), errors: [],
  }),
}
