const rows = ['01234567890', '09876543210']

/** Whether a PIN is one that is tried first: one digit, two in turn, a run, a date of these years twice over. */
export const isEasyPin = (pin: string): boolean => new Set(pin).size < 3 || rows.some((row) => row.includes(pin)) || pin.slice(0, 3) === pin.slice(3)
