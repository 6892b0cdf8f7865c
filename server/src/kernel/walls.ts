/** What keeps a user from patients. Row security asks for it, so that no route can forget; empty for those who may see all. */
export interface Walls {
  /** Labels that hide a patient from this user. */
  readonly labels: readonly string[]
  /** The user sees only patients it has one of these relations with; empty for no such rule. */
  readonly relations: readonly string[]
  /** What a patient must have allowed: `key:<id>:<purpose>` for a program, `consent:<id>` for what is made for somebody else. */
  readonly consent?: string
}

export const noWalls: Walls = { labels: [], relations: [] }

/** Whether there is anything the user may not see. */
export const hasWalls = (walls: Walls): boolean => walls.labels.length > 0 || walls.relations.length > 0 || walls.consent !== undefined

const part = /^[a-z-]{1,40}$/
const needed = /^(?:|consent:[0-9a-f-]{36}|key:[0-9a-f-]{36}:[a-z-]{1,40})$/

/** The walls as row security reads them; empty when there are none. */
export function wallsLiteral(walls: Walls, now: Date): string {
  if (!hasWalls(walls)) return ''
  if (![...walls.labels, ...walls.relations].every((one) => part.test(one)) || !needed.test(walls.consent ?? '')) throw new Error('walls are not valid')
  return `${walls.labels.join(',')}|${walls.relations.join(',')}|${now.toISOString()}|${walls.consent ?? ''}`
}
