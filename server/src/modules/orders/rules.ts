import { type Lifecycle } from '#contract/common/lifecycle.ts'
import { orderItemLifecycle, orderKind, type OrderKind } from '#contract/orders.ts'

/** What the state of an order is, seen from its items: begun when one is begun, completed when nothing is left to do. */
export function orderStateOf(itemStates: readonly string[]): 'active' | 'in-progress' | 'completed' {
  const open = itemStates.filter((state) => state === 'ordered' || state === 'in-progress')
  const done = itemStates.some((state) => state === 'completed')
  if (open.length === 0) return 'completed'
  return done || open.includes('in-progress') ? 'in-progress' : 'active'
}

/** The state an order takes once its items stand as they do: stopped where nothing of it was done. */
export function orderFollows(itemStates: readonly string[]): 'active' | 'in-progress' | 'completed' | 'cancelled' | 'discontinued' {
  if (itemStates.every((state) => state === 'cancelled')) return 'cancelled'
  return itemStates.every((state) => state === 'cancelled' || state === 'discontinued') ? 'discontinued' : orderStateOf(itemStates)
}

const has = (table: Lifecycle<string, string>, step: string, state: string): boolean => table.steps[step]?.from.includes(state) === true

export type Ending = 'cancel' | 'discontinue' | 'entered-in-error'

/** Which items end with their order, and in which state: what is done stays done, unless the order was never true. */
export function endedItems<Item extends { state: string }>(items: readonly Item[], ending: Ending): Item[] {
  return items.filter((item) => has(orderItemLifecycle, ending, item.state))
}

interface Named {
  kind: string
  code: string
  name: string
  quantity: string
  side?: string
}
const keyOf = (item: Named): string => `${item.kind}:${item.code === '' ? item.name : item.code}:${item.side ?? ''}`

// A tube too many is not taken back: fewer of what a laboratory measures is asked for anew.
const isFewer = (old: Named, fresh: Named): boolean => needsCatalogue(orderKind.parse(fresh.kind)) && Number(fresh.quantity) < Number(old.quantity)

/** Pairs each new item with the old one of the same kind and code that it goes on from; each old one once. */
export function continued<Old extends Named & { id: string; state: string }, New extends Named>(old: readonly Old[], fresh: readonly New[]): Map<New, Old> {
  const left = Map.groupBy(old.filter((item) => item.state === 'ordered' || item.state === 'in-progress' || item.state === 'completed'), keyOf)
  const pairs = new Map<New, Old>()
  for (const item of fresh) {
    const same = left.get(keyOf(item)) ?? []
    const before = same.find((one) => !isFewer(one, item))
    if (before === undefined) continue
    same.splice(same.indexOf(before), 1)
    pairs.set(item, before)
  }
  return pairs
}

/** Hours in which the same thing ordered again is worth a word. */
export const duplicateHours = 24

export interface Sameness {
  kind: string
  code: string
  name: string
  covers: readonly string[]
  side?: string
}

/** The left hand and the right one are two things; both at once hold each. */
const isOtherSide = (one = '', other = ''): boolean => [one, other].includes('left') && [one, other].includes('right')

/** Whether two items measure the same: the same code or name, or an analyte that both stand for. */
export function isSame(one: Sameness, other: Sameness): boolean {
  if (one.kind !== other.kind || isOtherSide(one.side, other.side)) return false
  const isNamed = one.code === '' && other.code === '' ? one.name.toLowerCase() === other.name.toLowerCase() : one.code === other.code
  return isNamed || one.covers.some((id) => other.covers.includes(id))
}

interface Counted {
  quantity: string
}

/** The items that measure nothing of their own, because another one of the order stands for all that they do: of two alike the later one. What is taken several times is asked for itself. */
export function withinOthers<Item extends Counted>(items: readonly Item[], same: readonly Sameness[]): Set<Item> {
  const isWithin = (index: number, other: number): boolean => {
    const [own, theirs] = [same[index], same[other]]
    if (own === undefined || theirs === undefined || own.kind !== theirs.kind || own.covers.length === 0 || !own.covers.every((id) => theirs.covers.includes(id))) return false
    return theirs.covers.length > own.covers.length || other < index
  }
  return new Set(items.filter((item, index) => Number(item.quantity) === 1 && items.some((_other, at) => at !== index && isWithin(index, at))))
}

/** Kinds that another module fulfils by its catalogue; the others may be ordered in words as well. */
export const needsCatalogue = (kind: OrderKind): boolean => kind === 'laboratory'

const mostAtOnce = 20

/** Whether so many may be ordered of an entry of a catalogue: of what is measured once, one; of what may be taken several times, whole numbers. */
export function mayOrder(entry: { isRepeatable: boolean }, quantity: string): boolean {
  const count = Number(quantity)
  return count === 1 || (entry.isRepeatable && Number.isInteger(count) && count <= mostAtOnce)
}

/** The state an item begins in that goes on from another: as far as that one was, unless more is asked for than was done. */
export function goesOnAs(item: { state: string; quantity: string }, before: { state: string; quantity: string } | undefined): string {
  if (before === undefined) return item.state
  return before.state === 'completed' && Number(item.quantity) > Number(before.quantity) ? 'in-progress' : before.state
}

/** Whether pregnancy is to be asked for before radiation: of whoever is not recorded as male, at the ages a hospital says; an unknown age is asked. */
export function mayBePregnant({ sex, age, from, to }: { sex: string; age: number | null; from: number; to: number }): boolean {
  return sex !== 'male' && (age === null || (age >= from && age <= to))
}

interface Told {
  kind: string
  catalogue_id: string | null
  name: string
  quantity: string
  side: string
  timing: string
  instructions: string
}

/** Places of the items that a standing order does not say: another thing, more of it, another side, or another time or way than it names. */
export function beyondProtocol(allowed: readonly Told[], items: readonly Told[]): number[] {
  const isNamed = (one: Told, item: Told): boolean => one.kind === item.kind && (one.catalogue_id === null ? item.catalogue_id === null && one.name.toLowerCase() === item.name.toLowerCase() : one.catalogue_id === item.catalogue_id)
  const isSaid = (said: string, now: string): boolean => said === '' || said === now
  const left = [...allowed]
  return items.flatMap((item, index) => {
    const at = left.findIndex((one) => isNamed(one, item) && Number(item.quantity) <= Number(one.quantity) && isSaid(one.side, item.side) && isSaid(one.timing, item.timing) && isSaid(one.instructions, item.instructions))
    if (at === -1) return [index]
    left.splice(at, 1)
    return []
  })
}
