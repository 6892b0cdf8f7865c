export { ShiftChip } from './parts/shift-chip.tsx'
