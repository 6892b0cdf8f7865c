import { LRUCache } from 'lru-cache'
import { rawInTenant, type Tx } from './db.ts'
import { damerau, nameWords, oneLetterDeletions, phoneticCode } from './text.ts'

/** What a record is found by. */
export interface SearchTerms {
  /** Names in every script; at most four words count. */
  names: readonly string[]
  /** Record numbers: found by prefix, whatever the punctuation. */
  numbers?: readonly string[]
  /** Phones in E.164: found by their last digits. */
  phones?: readonly string[]
  /** Keyed hashes of sealed numbers: found exactly. */
  hashes?: readonly string[]
}

interface Pair {
  word: string
  other: string
}

const mostWords = 4
const top = '\uffff'
const known = new LRUCache<string, true>({ max: 50_000 })

const compact = (value: string): string => value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
const reversed = (value: string): string => [...value.replaceAll(/\D/g, '')].toReversed().join('')

function wordsOf(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => nameWords(name)))].slice(0, mostWords)
}

/** Every ordered pair of words, so that two words in any order are one probe of the index. */
export function pairsOf(terms: SearchTerms): Pair[] {
  const words = wordsOf(terms.names)
  const pairs = words.length === 1 ? words.map((word) => ({ word, other: '' })) : words.flatMap((word) => words.filter((other) => other !== word).map((other) => ({ word, other })))
  const marked = [...(terms.numbers ?? []).map((number) => `=${compact(number)}`), ...(terms.phones ?? []).map((phone) => `#${reversed(phone)}`), ...(terms.hashes ?? []).map((hash) => `!${hash}`)]
  return [...pairs, ...marked.filter((word) => word.length > 1).map((word) => ({ word, other: '' }))]
}

/** Keys under which a misspelt word is found: its one-letter deletions, itself and its sound. */
export const keysOf = (word: string): string[] => [...new Set([word, ...(word.length >= 4 ? oneLetterDeletions(word) : []), `~${phoneticCode(word)}`])]

/** Makes a record findable, with one statement. */
export async function indexSubject(tx: Tx, kind: string, subject: string, terms: SearchTerms): Promise<void> {
  const pairs = pairsOf(terms)
  const fresh = wordsOf(terms.names).filter((word) => !known.has(`${tx.ctx.tenantId}${kind}${word}`))
  const keys = fresh.flatMap((word) => keysOf(word).map((key) => ({ key, word })))
  await rawInTenant(
    tx,
    `with words as (insert into search_words (tenant_id, kind, word) select $1::uuid, $2, word from unnest($5::text[]) as w(word) on conflict do nothing),
       keys as (insert into search_keys (tenant_id, kind, key, word) select $1::uuid, $2, key, word from unnest($6::text[], $7::text[]) as k(key, word) on conflict do nothing)
     insert into search_pairs (tenant_id, kind, word, other, subject) select $1::uuid, $2, word, other, $8::uuid from unnest($3::text[], $4::text[]) as p(word, other) on conflict do nothing`,
    [tx.ctx.tenantId, kind, pairs.map((pair) => pair.word), pairs.map((pair) => pair.other), fresh.toSorted(), keys.map((one) => one.key), keys.map((one) => one.word), subject],
  )
}

/** Tells the cache which words the dictionary has; called with words read, never with words just written. */
function remember(tx: Tx, kind: string, words: readonly string[]): void {
  for (const word of words) known.set(`${tx.ctx.tenantId}${kind}${word}`, true)
}

/** Replaces what a record is found by: the old pairs follow from the old terms. */
export async function reindexSubject(tx: Tx, kind: string, subject: string, before: SearchTerms, after: SearchTerms): Promise<void> {
  const old = pairsOf(before)
  await rawInTenant(
    tx,
    'delete from search_pairs where tenant_id = $1 and kind = $2 and subject = $5 and (word, other) in (select * from unnest($3::text[], $4::text[]))',
    [tx.ctx.tenantId, kind, old.map((pair) => pair.word), old.map((pair) => pair.other), subject],
  )
  await indexSubject(tx, kind, subject, after)
}

interface Found {
  subject: string
}

const subjects = (rows: readonly Found[]): string[] => [...new Set(rows.map((row) => row.subject))]

async function byPrefix(tx: Tx, kind: string, prefix: string, limit: number): Promise<string[]> {
  const rows = await rawInTenant<Found>(tx, `select subject from search_pairs where tenant_id = $1 and kind = $2 and word >= $3 and word < $4 order by word limit ${limit}`, [tx.ctx.tenantId, kind, prefix, prefix + top])
  return subjects(rows)
}

// Sorts before every word, so its range is empty.
const nothing = '\u0001'

/** Number, hash and phone end in one statement of three probes. */
async function byMarks(tx: Tx, kind: string, marks: readonly [string, string, string], limit: number): Promise<string[]> {
  const probe = (index: number) => `(select subject from search_pairs where tenant_id = $1 and kind = $2 and word >= $${index} and word < $${index + 1} limit ${limit})`
  const rows = await rawInTenant<Found>(tx, `${probe(3)} union all ${probe(5)} union all ${probe(7)}`, [tx.ctx.tenantId, kind, ...marks.flatMap((mark) => [mark, mark + top])])
  return subjects(rows).slice(0, limit)
}

async function byTwoWords(tx: Tx, kind: string, exact: string, prefix: string, limit: number): Promise<string[]> {
  const rows = await rawInTenant<Found>(
    tx,
    `(select subject from search_pairs where tenant_id = $1 and kind = $2 and word = $3 and other >= $4 and other < $5 limit ${limit})
     union all (select subject from search_pairs where tenant_id = $1 and kind = $2 and word = $4 and other >= $3 and other < $6 limit ${limit})
     limit ${limit}`,
    [tx.ctx.tenantId, kind, exact, prefix, prefix + top, exact + top],
  )
  return subjects(rows)
}

async function alike(tx: Tx, kind: string, words: readonly string[]): Promise<Map<string, string[]>> {
  const keys = [...new Set(words.flatMap((word) => keysOf(word)))]
  const rows = await rawInTenant<{ word: string }>(tx, 'select distinct k.word from (select word from search_keys where tenant_id = $1 and kind = $2 and key = any($3::text[]) limit 400) k', [tx.ctx.tenantId, kind, keys])
  const candidates = rows.map((row) => row.word)
  remember(tx, kind, candidates)
  return new Map(words.map((word) => [word, closest(word, candidates)]))
}

function closest(word: string, candidates: readonly string[]): string[] {
  const sound = phoneticCode(word)
  return candidates
    .map((candidate) => ({ candidate, distance: damerau(word, candidate, 2) }))
    .filter((one) => one.distance <= 1 || phoneticCode(one.candidate) === sound)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 12)
    .map((one) => one.candidate)
}

async function byTypingErrors(tx: Tx, kind: string, words: readonly string[], limit: number): Promise<string[]> {
  const found = await alike(tx, kind, words)
  const [first, second] = words.map((word) => found.get(word) ?? [])
  if (first === undefined || first.length === 0) return []
  const isPair = second !== undefined && second.length > 0
  if (words.length > 1 && !isPair) return []
  const rows = await rawInTenant<Found>(
    tx,
    `select subject from search_pairs where tenant_id = $1 and kind = $2 and word = any($3::text[])${isPair ? ' and other = any($4::text[])' : ''} limit ${limit}`,
    isPair ? [tx.ctx.tenantId, kind, first, second] : [tx.ctx.tenantId, kind, first],
  )
  return subjects(rows)
}

const enough = 3

/**
 * Ids of records that fit a typed text, roughly best first: number, phone end, hash, then names in any order, by prefix,
 * and with a typing error when fewer than three were found. Two letters at least; undefined when the text is too short.
 */
export async function searchSubjects(tx: Tx, kind: string, text: string, options: { limit: number; hashOf?: (value: string) => string }): Promise<string[] | undefined> {
  const digits = text.replaceAll(/[^\p{N}]/gu, '')
  const number = compact(text)
  const words = nameWords(text).toSorted((a, b) => b.length - a.length).slice(0, 2)
  const isNumber = /\p{N}/u.test(text) && digits.length >= 3
  if (!isNumber && (words[0] ?? '').length < 2) return undefined
  if (isNumber) {
    const phone = digits.length >= 4 ? `#${reversed(digits.replace(/^0+/, ''))}` : nothing
    return byMarks(tx, kind, [options.hashOf === undefined ? nothing : `!${options.hashOf(number)}`, `=${number}`, phone], options.limit)
  }
  const [longer, shorter] = words
  if (longer === undefined) return []
  const straight = shorter === undefined ? await byPrefix(tx, kind, longer, options.limit) : await byTwoWords(tx, kind, longer, shorter, options.limit)
  if (straight.length >= enough) return straight
  const loose = await byTypingErrors(tx, kind, words, options.limit)
  return [...new Set([...straight, ...loose])].slice(0, options.limit)
}
