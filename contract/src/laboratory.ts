import { benchRoutes } from './laboratory-bench.ts'
import { catalogueRoutes } from './laboratory-catalogue.ts'
import { collectionRoutes } from './laboratory-collection.ts'
import { flowRoutes } from './laboratory-flow.ts'
import { microbiologyRoutes } from './laboratory-microbiology.ts'
import { qualityRoutes } from './laboratory-quality.ts'

export const laboratory = { ...catalogueRoutes, ...flowRoutes, ...collectionRoutes, ...microbiologyRoutes, ...qualityRoutes, ...benchRoutes }
