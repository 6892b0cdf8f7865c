interface Stocked {
  medication_id: string | null
  base_unit: string
  is_divisible: boolean
}

/** The items of stock a medicine is handed out from, whichever expires first: those counted as it was prescribed, or else as the first of them by name. */
export function servingItems<I extends Stocked>(stocked: readonly I[], prescribed: { medication_id: string; unit: string } | undefined): I[] {
  const own = stocked.filter((item) => item.medication_id === prescribed?.medication_id)
  const first = own.find((item) => item.base_unit === prescribed?.unit) ?? own[0]
  return own.filter((item) => item.base_unit === first?.base_unit && item.is_divisible === first.is_divisible)
}
