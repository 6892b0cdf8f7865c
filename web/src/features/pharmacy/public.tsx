export { Witness } from './parts/witness.tsx'
