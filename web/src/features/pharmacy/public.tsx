export { Witness } from '../inventory/public.tsx'
