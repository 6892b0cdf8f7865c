import { contentHash } from '#kernel/external.ts'
import { facilityOf } from '../organizations/index.ts'
import { importRows, refuseRow, rowsOf } from './csv-import.ts'
import { documentsOf, type ImportFile, type TextDocument, UnreadableFile } from './documents-in.ts'
import { fail, importResources, lastPass, passOf } from './fhir-import.ts'
import { readFhir } from './fhir-reading.ts'
import { inPieces, piece, type Run } from './pieces.ts'
import type { Step } from './repo.ts'

const rowsAtOnce = 250
const resourcesAtOnce = 2000

async function readOr<T>(run: Run, file: ImportFile, { next, read, isNamed }: { next: Step; read: () => Promise<T[]>; isNamed: boolean }): Promise<T[]> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    if (isNamed) await piece(run, { file: file.name, next, work: async (_tx, tally) => tally.fault({ line: error.line, path: '', code: 'interop.unreadable' }) })
    return []
  }
}

interface At {
  pass: number
  file: number
  document: number
  from: number
}

/** Imports what a document holds for this pass; returns the passes for which it holds anything. */
async function importDocument(run: Run, { name, text }: TextDocument, { pass, file, document, from }: At): Promise<Set<number>> {
  const { resources, faults } = readFhir(name, text, contentHash)
  const place = { source: sourceOf(run, 'fhir'), dry: run.dry }
  await inPieces(run, {
    file: name, items: resources.filter((one) => passOf(one.type) === pass), from, size: resourcesAtOnce, at: (done) => [pass, file, document, done],
    work: async (tx, items, tally) => importResources(tx, { ...place, facility: await facilityOf(tx, run.row.facility_id) }, items, tally),
    refuse: (one, tally) => fail(one, { path: '', code: 'interop.refused' }, tally),
  })
  if (pass === 0 && faults.length > 0) await piece(run, { file: name, next: [pass, file, document + 1, 0], work: async (_tx, tally) => faults.forEach(tally.fault) })
  return new Set(resources.map((one) => passOf(one.type)))
}

/** Records of a system that was named are apart from those of others. */
const sourceOf = (run: Run, kind: string): string => (run.row.source === '' ? kind : `${kind}:${run.row.source}`)

/** Passes over the files: who and where, visits, the rest. Goes on where it stopped; a file with nothing for a pass is not read again. */
export async function runFhir(run: Run): Promise<void> {
  const [fromPass = 0, fromFile = 0, fromDocument = 0, fromResource = 0] = run.row.next_step
  const holds = new Map<number, Set<number>>()
  for (let pass = fromPass; pass <= lastPass; pass += 1) {
    for (const [file, source] of run.files.entries()) {
      if (pass === fromPass && file < fromFile) continue
      const isFirst = pass === fromPass && file === fromFile
      const at = (document: number): At => ({ pass, file, document, from: isFirst && document === fromDocument ? fromResource : 0 })
      if (holds.get(file)?.has(pass) !== false) holds.set(file, await importFile(run, source, { at, fromDocument: isFirst ? fromDocument : 0 }))
      if (pass === lastPass) await piece(run, { file: source.name, next: [pass, file + 1, 0, 0], filesDone: file + 1, work: async () => {} })
    }
  }
}

async function importFile(run: Run, source: ImportFile, { at, fromDocument }: { at: (document: number) => At; fromDocument: number }): Promise<Set<number>> {
  const { pass, file } = at(0)
  const passes = new Set<number>()
  const documents = await readOr(run, source, { next: [pass, file + 1, 0, 0], read: () => documentsOf(source), isNamed: pass === 0 })
  for (const [index, document] of documents.entries()) {
    if (index < fromDocument) for (let any = 0; any <= lastPass; any += 1) passes.add(any)
    else for (const one of await importDocument(run, document, at(index))) passes.add(one)
  }
  return passes
}

export async function runCsv(run: Run): Promise<void> {
  const [, fromFile = 0, , fromRow = 0] = run.row.next_step
  for (const [file, source] of run.files.entries()) {
    if (file < fromFile) continue
    const place = { source: sourceOf(run, 'patients-csv'), dry: run.dry }
    await inPieces(run, {
      file: source.name, items: await readOr(run, source, { next: [0, file + 1, 0, 0], read: () => rowsOf(source), isNamed: true }), from: file === fromFile ? fromRow : 0, size: rowsAtOnce, at: (done) => [0, file, 0, done],
      work: async (tx, rows, tally) => importRows(tx, { ...place, facility: await facilityOf(tx, run.row.facility_id) }, rows, tally),
      refuse: refuseRow,
    })
    await piece(run, { file: source.name, next: [0, file + 1, 0, 0], filesDone: file + 1, work: async () => {} })
  }
}
