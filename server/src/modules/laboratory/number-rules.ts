/** `4.500000` is `4.5`. */
export const plainNumber = (value: string | null): string | null => (value === null || !value.includes('.') ? value : value.replace(/\.?0+$/, ''))
