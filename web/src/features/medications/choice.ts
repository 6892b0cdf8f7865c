import type { PickLine } from './queries.ts'

/** What is given for a prescribed line otherwise than the pick list says. */
export interface Choice {
  itemId?: string | undefined
  itemName?: string | undefined
  lotId?: string | undefined
  hasConsent?: boolean | undefined
  reason?: string | undefined
}

/** What the pick list is asked for: other items in place of prescribed ones. */
export const insteadOf = (choices: Readonly<Record<string, Choice>>): string => Object.entries(choices).flatMap(([line, { itemId }]) => (itemId === undefined ? [] : [`${line}:${itemId}`])).join(',')

/** Whether a choice is not looked up yet, or lacks its reason or the prescriber's consent. */
export function isUnsaid(choice: Choice | undefined, pick: PickLine | undefined): boolean {
  if (choice === undefined || (choice.itemId === undefined && choice.lotId === undefined)) return false
  if (pick === undefined || (choice.itemId !== undefined && pick.itemId !== choice.itemId)) return true
  if (pick.needsConsent && choice.hasConsent !== true) return true
  return (pick.needsConsent || choice.lotId !== undefined) && (choice.reason ?? '').trim() === ''
}

/** The lots to take: the chosen one, else first expiry first. */
export const lotsOf = (pick: PickLine, choice: Choice | undefined): PickLine['picks'] => (choice?.lotId === undefined ? pick.picks : pick.lots.filter((one) => one.lotId === choice.lotId))

/** A choice as the server takes it; a lot brings the item it is of. */
export function toLine(choice: Choice | undefined, pick: PickLine | undefined) {
  if (choice === undefined || pick === undefined) return {}
  const lot = choice.lotId === undefined ? undefined : pick.lots.find((one) => one.lotId === choice.lotId)
  const itemId = lot?.itemId ?? choice.itemId
  const reason = lot !== undefined || pick.needsConsent ? (choice.reason ?? '').trim() : ''
  return { ...(itemId === undefined ? {} : { itemId }), ...(lot === undefined ? {} : { lotId: lot.lotId }), ...(reason === '' ? {} : { reason }), ...(pick.needsConsent && choice.hasConsent === true ? { hasConsent: true } : {}) }
}
