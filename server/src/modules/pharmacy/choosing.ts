interface Stocked {
  medication_id: string | null
  base_unit: string
  is_divisible: boolean
}

/** The items of stock a medicine is handed out from, whichever expires first: those counted as it was prescribed, or else as the first of them by name. */
export function servingItems<I extends Stocked>(stocked: readonly I[], medicationId: string | undefined): I[] {
  const own = stocked.filter((item) => item.medication_id === medicationId)
  const [first] = own
  return own.filter((item) => item.base_unit === first?.base_unit && item.is_divisible === first.is_divisible)
}
