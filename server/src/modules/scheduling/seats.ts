/** The lowest seat nobody holds: an overbooking never collides with a seat that stays when another was given back. */
export function firstFreeSeat(taken: readonly { seat: number }[]): number {
  const seats = new Set(taken.map((one) => one.seat))
  let seat = 1
  while (seats.has(seat)) seat += 1
  return seat
}
