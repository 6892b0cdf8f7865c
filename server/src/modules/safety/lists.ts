import { parse } from 'csv-parse/sync'
import type { RouteInput } from '#contract/define.ts'
import type { safety } from '#contract/safety.ts'
import { safetyErrors } from '#contract/safety-alerts.ts'
import type { Ctx } from '#kernel/context.ts'
import { invalidField } from '#kernel/errors.ts'
import { contraindicationsOf, type NewContraindication } from './contraindication-rules.ts'
import { namesOf, pairOf, severityOf } from './rules.ts'
import { type Pair, storeList } from './service.ts'

const firstNames = ['drug1', 'druga', 'a', 'substance1', 'ingredient1', 'object']
const secondNames = ['drug2', 'drugb', 'b', 'substance2', 'ingredient2', 'precipitant']
const severityNames = ['severity', 'level', 'grade']
const textNames = ['description', 'text', 'effect', 'comment']

type Severity = 'stop' | 'warn' | 'inform'
const isSeverity = (word: string): word is Severity => word === 'stop' || word === 'warn' || word === 'inform'

/** Pairs of a table of two columns of substances; the gravest of doubles; undefined when it has no such columns. */
export function pairsOf(csv: string, usual: Severity): Pair[] | undefined {
  const rows = parse(csv, { relax_column_count: true, relax_quotes: true, skip_empty_lines: true, bom: true, max_record_size: 1_000_000 })
  const [head = [], ...rest] = rows.map((row) => row.map(String))
  const at = (names: readonly string[]): number => head.findIndex((cell) => names.includes(cell.trim().toLowerCase()))
  const [first, second, severity, text] = [at(firstNames), at(secondNames), at(severityNames), at(textNames)]
  if (first === -1 || second === -1) return undefined
  const rank: Record<Severity, number> = { stop: 0, warn: 1, inform: 2 }
  const pairs = new Map<string, { a: string; b: string; severity: Severity; text: string }>()
  for (const row of rest) {
    const [one = '', other = ''] = [namesOf(row[first] ?? '')[0], namesOf(row[second] ?? '')[0]]
    if (one === '' || other === '' || one === other) continue
    const [a, b] = pairOf(one.slice(0, 200), other.slice(0, 200))
    const made = { a, b, severity: severity === -1 ? usual : severityOf(row[severity] ?? '', usual), text: text === -1 ? '' : (row[text] ?? '').slice(0, 1000) }
    const known = pairs.get(`${a}\n${b}`)
    if (known === undefined || rank[made.severity] < rank[known.severity]) pairs.set(`${a}\n${b}`, made)
  }
  return [...pairs.values()]
}

const drugNames = ['drug', 'substance', 'ingredient', 'medicine', 'drug1']
const icdNames = ['icd10', 'icd-10', 'icd', 'code']
const snomedNames = ['snomed', 'snomedct', 'sctid']
const termNames = ['condition', 'disease', 'term', 'problem', 'diagnosis']
const sourceNames = ['source', 'reference', 'label']

/** Rows of a table of substances and conditions; the gravest of doubles; undefined when it has no such columns. */
export function contraindicationRows(csv: string, usual: Severity): NewContraindication[] | undefined {
  const rows = parse(csv, { relax_column_count: true, relax_quotes: true, skip_empty_lines: true, bom: true, max_record_size: 1_000_000 })
  const [head = [], ...rest] = rows.map((row) => row.map(String))
  const at = (names: readonly string[]): number => head.findIndex((cell) => names.includes(cell.trim().toLowerCase()))
  const [drug, icd10, snomed, term, severity, text, source] = [drugNames, icdNames, snomedNames, termNames, severityNames, textNames, sourceNames].map(at)
  if (drug === undefined || drug === -1 || [icd10, snomed, term].every((one) => one === -1)) return undefined
  const rank = ['stop', 'warn', 'inform']
  const known = new Map<string, NewContraindication>()
  for (const row of rest) {
    const cell = (place: number | undefined): string => (place === undefined || place === -1 ? '' : (row[place] ?? '').trim())
    for (const made of contraindicationsOf({ substance: cell(drug), icd10: cell(icd10), snomed: cell(snomed), term: cell(term), severity: severity === -1 ? usual : severityOf(cell(severity), usual), text: cell(text), source: cell(source) })) {
      const key = `${made.substance}\n${made.system}\n${made.code}`
      const before = known.get(key)
      if (before === undefined || rank.indexOf(made.severity) < rank.indexOf(before.severity)) known.set(key, made)
    }
  }
  return [...known.values()]
}

/** A list from an uploaded file. */
export function loadInteractions(ctx: Ctx, { upload }: RouteInput<(typeof safety)['loadInteractions']>) {
  const { name = '', listVersion = '1', source = '', severity = 'warn', kind = 'interactions' } = upload.fields
  const [file] = upload.files
  if (name.trim() === '' || name.length > 120) throw invalidField('name', 'required')
  if (listVersion.length > 60 || source.length > 300) throw invalidField('listVersion', 'too_big')
  if (!isSeverity(severity)) throw invalidField('severity', 'invalid_value')
  if (kind !== 'interactions' && kind !== 'contraindications') throw invalidField('kind', 'invalid_value')
  const list = { name: name.trim(), listVersion, source }
  const read = <Row>(rowsOf: (csv: string, usual: Severity) => readonly Row[] | undefined): readonly Row[] => {
    const rows = file === undefined ? undefined : readRows(() => rowsOf(new TextDecoder().decode(file.bytes), severity))
    if (rows === undefined || rows.length === 0) throw invalidField('file', 'safety.bad_list', safetyErrors.bad_list)
    return rows
  }
  return kind === 'interactions' ? storeList(ctx, { ...list, pairs: read(pairsOf) }) : storeList(ctx, { ...list, contraindications: read(contraindicationRows) })
}

function readRows<Row>(read: () => readonly Row[] | undefined): readonly Row[] | undefined {
  try {
    return read()
  } catch {
    // What is no table is no list; csv-parse says so by its own errors.
    return undefined
  }
}
