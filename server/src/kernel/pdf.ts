import { type ComponentProps, createElement, type ReactElement, type ReactNode } from 'react'
import { Document, Image, Page, Polyline, renderToBuffer, StyleSheet, Svg, Text, View } from '@react-pdf/renderer'
import { families, printable, registerFonts } from './pdf-fonts.ts'

/** Who a document is from, as its head shows it. */
export interface Letterhead {
  name: string
  lines: readonly string[]
  motto: string
}

export interface Fact {
  label: string
  value: string
}

export interface Column {
  label: string
  /** Share of the width. */
  width: number
  isNumber?: boolean
}

/** A small line of values from old to new, drawn in a cell. */
export interface Spark {
  spark: readonly number[]
}
/** Words that stand out, or with a small line below. */
export interface Worded {
  text: string
  isStrong?: boolean
  note?: string
}
/** A code with its number below. */
export interface Coded {
  png: Uint8Array
  widthMm: number
  heightMm: number
  text: string
}
export type Cell = string | Spark | Worded | Coded

export interface TableBlock {
  kind: 'table'
  columns: readonly Column[]
  rows: readonly (readonly Cell[])[]
}
/** A code with the text beside it. */
export interface CodeBlock {
  kind: 'code'
  png: Uint8Array
  widthMm: number
  text: string
}
export interface FactsBlock {
  kind: 'facts'
  facts: readonly Fact[]
}
export interface SumsBlock {
  kind: 'sums'
  sums: readonly (Fact & { isStrong?: boolean })[]
}
export interface TextBlock {
  kind: 'text'
  title?: string
  text: string
  /** Set small and grey, for what explains the paper. */
  isSmall?: boolean
}
export type Block = TableBlock | CodeBlock | FactsBlock | SumsBlock | TextBlock

/** A printed document: head, title, blocks from top to bottom and a foot on each page. */
export interface PrintedDocument {
  letterhead: Letterhead
  title: string
  /** Printed large and pale beside the title: DUPLICATE, DRAFT. */
  mark: string
  language: string
  facts: readonly Fact[]
  blocks: readonly Block[]
  /** Signature line at the end. */
  signature: string
  foot: string
  size?: 'A4' | 'A5'
}

const pointsPerMm = 72 / 25.4
const teal = '#0f5e63'
const grey = '#5b6670'
const hair = '#c9d1d6'

const styles = StyleSheet.create({
  page: { fontSize: 9, color: '#16202a', paddingTop: 34, paddingBottom: 46, paddingHorizontal: 40 },
  head: { flexDirection: 'row', justifyContent: 'space-between', alignItems: 'flex-start', borderBottomWidth: 1, borderBottomColor: teal, paddingBottom: 8, marginBottom: 14 },
  name: { fontSize: 14, lineHeight: 1.4, fontWeight: 600, color: teal, marginBottom: 2 },
  motto: { fontSize: 12, color: teal, textAlign: 'right', maxWidth: 200 },
  small: { fontSize: 8, color: grey },
  title: { fontSize: 13, lineHeight: 1.4, fontWeight: 600 },
  mark: { fontSize: 13, lineHeight: 1.4, fontWeight: 600, color: '#a8b2b8' },
  between: { flexDirection: 'row', justifyContent: 'space-between', marginBottom: 8 },
  facts: { flexDirection: 'row', flexWrap: 'wrap', marginBottom: 12 },
  fact: { width: '50%', flexDirection: 'row', paddingVertical: 1.5, paddingRight: 10 },
  label: { color: grey, width: 92 },
  value: { flex: 1 },
  headRow: { flexDirection: 'row', borderBottomWidth: 1, borderBottomColor: '#16202a', paddingBottom: 3, marginBottom: 2 },
  row: { flexDirection: 'row', borderBottomWidth: 0.5, borderBottomColor: hair, paddingVertical: 3.5 },
  strong: { fontWeight: 600 },
  note: { fontSize: 7, color: grey },
  table: { marginBottom: 8 },
  sums: { alignSelf: 'flex-end', width: '52%', marginTop: 8 },
  sum: { flexDirection: 'row', justifyContent: 'space-between', paddingVertical: 1.5 },
  total: { borderTopWidth: 1, borderTopColor: '#16202a', marginTop: 2, paddingTop: 4 },
  totalText: { fontSize: 11, fontWeight: 600 },
  text: { marginTop: 10, marginBottom: 4 },
  signature: { alignSelf: 'flex-end', marginTop: 42, borderTopWidth: 0.5, borderTopColor: '#16202a', paddingTop: 4, width: 190, textAlign: 'center' },
  foot: { position: 'absolute', bottom: 22, left: 40, right: 40, flexDirection: 'row', justifyContent: 'space-between', color: grey, fontSize: 7.5 },
})

type Style = NonNullable<ComponentProps<typeof View>['style']>

// react-pdf lays out from left to right: Arabic rows are turned around here.
interface Direction {
  row: Style
  start: 'left' | 'right'
  end: 'left' | 'right'
  fonts: string[]
}
const leftToRight: Direction = { row: { flexDirection: 'row' }, start: 'left', end: 'right', fonts: families }
const rightToLeft: Direction = { row: { flexDirection: 'row-reverse' }, start: 'right', end: 'left', fonts: families.toReversed() }

const box = (style: Style, ...children: ReactNode[]): ReactElement => createElement(View, { style }, ...children)
// Not on the page: a line height that a numbered foot inherits is multiplied anew with each page, until the foot is gone. It counts by the size beside it.
const spaced = { fontSize: 9, lineHeight: 1.35 }
const arabicLetters = /\p{Script=Arabic}/gu
const otherLetters = /(?!\p{Script=Arabic})\p{L}/gu
const countOf = (value: string, letters: RegExp): number => value.match(letters)?.length ?? 0
// A text runs as most of its letters do, so that «ورم 3 · 5» is not read from the wrong end; numbers alone run from left to right.
// Arabic letters stay as the font has them: taken apart into body and dots (`ccmp`), they are lost where the text is laid out.
const running = (value: string): Style => {
  const arabic = countOf(value, arabicLetters)
  return arabic === 0 ? { textAlign: 'left' } : { textAlign: 'left', direction: arabic > countOf(value, otherLetters) ? 'rtl' : 'ltr', fontFeatureSettings: { ccmp: false } }
}
function sizeOf(style: unknown): number | undefined {
  if (Array.isArray(style)) return style.map(sizeOf).findLast((size) => size !== undefined)
  return typeof style === 'object' && style !== null && 'fontSize' in style && typeof style.fontSize === 'number' ? style.fontSize : undefined
}
// The Arabic font reaches 0.3 em higher than the Latin one: its lines stand that much lower and would run into the next.
const risen = (style: Style): Style => ({ lineHeight: 1.65, marginTop: -0.3 * (sizeOf(style) ?? spaced.fontSize) })
// In Arabic text a date would be read from its last part: the mark before it keeps its parts in order.
const dated = (value: string): string => value.replaceAll(/\d+(?:-\d+)+/g, '\u200E$&')

function text(style: Style, value: string): ReactElement {
  if (countOf(value, arabicLetters) === 0) return createElement(Text, { style: styled(spaced, running(value), style) }, printable(value))
  const whole = styled(spaced, running(value), style)
  return createElement(Text, { style: styled(whole, risen(whole)) }, printable(dated(value)))
}
const styled = (...parts: Style[]): Style => parts.flat()

const factsOf = (facts: readonly Fact[], way: Direction): ReactElement =>
  box(styled(styles.facts, way.row), ...facts.map((fact) => box(styled(styles.fact, way.row), text(styled(styles.label, { textAlign: way.start }), fact.label), text(styled(styles.value, { textAlign: way.start }), fact.value))))

function tableOf({ columns, rows }: TableBlock, way: Direction): ReactElement {
  const whole = columns.reduce((sum, column) => sum + column.width, 0)
  const cell = (column: Column): Style => ({ width: `${(column.width / whole) * 100}%`, paddingHorizontal: 4, textAlign: column.isNumber === true ? way.end : way.start })
  const head = createElement(View, { style: styled(styles.headRow, way.row), fixed: true }, ...columns.map((column) => text(styled(cell(column), styles.small), column.label)))
  return box(styles.table, head, ...rows.map((row) => createElement(View, { style: styled(styles.row, way.row), wrap: false }, ...columns.map((column, index) => cellOf(cell(column), row[index] ?? '')))))
}

const sparkSize = { width: 56, height: 12 }

function sparkOf(values: readonly number[]): ReactElement {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const points = values.map((value, index) => `${1 + (index / Math.max(1, values.length - 1)) * (sparkSize.width - 2)},${most === least ? sparkSize.height / 2 : sparkSize.height - 1 - ((value - least) / (most - least)) * (sparkSize.height - 2)}`)
  return createElement(Svg, { width: sparkSize.width, height: sparkSize.height }, createElement(Polyline, { points: points.join(' '), stroke: teal, strokeWidth: 1, fill: 'none' }))
}

function cellOf(style: Style, cell: Cell): ReactElement {
  if (typeof cell === 'string') return text(style, cell)
  if ('png' in cell) return box(style, createElement(Image, { src: { data: Buffer.from(cell.png), format: 'png' }, style: { width: cell.widthMm * pointsPerMm, height: cell.heightMm * pointsPerMm } }), text(styles.note, cell.text))
  if ('spark' in cell) return box(style, ...(cell.spark.length < 2 ? [] : [sparkOf(cell.spark)]))
  return box(style, text(cell.isStrong === true ? styles.strong : {}, cell.text), ...(cell.note === undefined ? [] : [text(styles.note, cell.note)]))
}

const codeOf = ({ png, widthMm, text: words }: CodeBlock, way: Direction): ReactElement =>
  createElement(View, { style: styled({ alignItems: 'center', marginTop: 14 }, way.row), wrap: false }, createElement(Image, { src: { data: Buffer.from(png), format: 'png' }, style: { width: widthMm * pointsPerMm } }), text(styled(styles.small, { textAlign: way.start, marginHorizontal: 8, maxWidth: 300 }), words))

const sumsOf = ({ sums }: SumsBlock, way: Direction): ReactElement =>
  box(styled(styles.sums, { alignSelf: way.end === 'right' ? 'flex-end' : 'flex-start' }), ...sums.map((sum) => box(styled(styles.sum, way.row, ...(sum.isStrong === true ? [styles.total] : [])), text(sum.isStrong === true ? styles.totalText : {}, sum.label), text(sum.isStrong === true ? styles.totalText : {}, sum.value))))

function blockOf(block: Block, way: Direction): ReactElement {
  if (block.kind === 'table') return tableOf(block, way)
  if (block.kind === 'facts') return factsOf(block.facts, way)
  if (block.kind === 'sums') return sumsOf(block, way)
  if (block.kind === 'code') return codeOf(block, way)
  const aligned: Style = { textAlign: way.start, ...(block.isSmall === true ? styles.small : {}) }
  // A title never stands alone at the end of a page.
  const title = block.title === undefined ? [] : [createElement(View, { minPresenceAhead: 24 }, text(styled(aligned, styles.strong), block.title))]
  return createElement(View, { style: styles.text, ...(block.text === '' ? { minPresenceAhead: 60 } : {}) }, ...title, ...(block.text === '' ? [] : [text(aligned, block.text)]))
}

const headOf = ({ name, lines, motto }: Letterhead, way: Direction): ReactElement => {
  const aligned: Style = { textAlign: way.start }
  return createElement(View, { style: styled(styles.head, way.row), fixed: true }, box({ maxWidth: 320 }, text(styled(styles.name, aligned), name), ...lines.filter(Boolean).map((line) => text(styled(styles.small, aligned), line))), text(styled(styles.motto, { textAlign: way.end }), motto))
}

/** The document as a PDF (A4 unless said); Devanagari and Arabic are shaped by their own fonts. */
export async function renderPdf(document: PrintedDocument): Promise<Uint8Array> {
  await registerFonts()
  const way = wayOf(document.language)
  const page = createElement(
    Page,
    { size: document.size ?? 'A4', style: styled(styles.page, { fontFamily: way.fonts }) },
    headOf(document.letterhead, way),
    box(styled(styles.between, way.row), text(styles.title, document.title), text(styles.mark, document.mark)),
    factsOf(document.facts, way),
    ...document.blocks.map((block) => blockOf(block, way)),
    ...(document.signature === '' ? [] : [createElement(View, { wrap: false }, text(styled(styles.signature, { alignSelf: way.end === 'right' ? 'flex-end' : 'flex-start' }), document.signature))]),
    createElement(View, { style: styles.foot, fixed: true }, text({ fontSize: 7.5 }, document.foot), createElement(Text, { render: ({ pageNumber, totalPages }) => `${pageNumber} / ${totalPages}` })),
  )
  return new Uint8Array(await renderToBuffer(createElement(Document, { title: document.title, language: document.language, creator: 'Triveni', producer: 'Triveni' }, page)))
}

/** A label of exact size: lines of text beside a code, or around it. */
export interface PrintedLabel {
  widthMm: number
  heightMm: number
  /** PNG bytes of the code, and its width. */
  code: Uint8Array
  codeWidthMm: number
  /** Where the code goes across the label: below the first two lines, that high. Long lines are then cut, so that nothing is pushed off. */
  codeHeightMm?: number
  /** The first is large. Beside a code long ones wrap. */
  lines: readonly string[]
  /** The reader's: an Arabic label begins on the right, with its code. */
  language?: string
}

const labelSize = (label: PrintedLabel): [number, number] => [label.widthMm * pointsPerMm, label.heightMm * pointsPerMm]
const labelText = (line: string, index: number, more: Style): ReactElement => text(styled(index === 0 ? { fontSize: 9, fontWeight: 600, lineHeight: 1.3 } : { fontSize: 7, lineHeight: 1.3 }, more), line)
const wayOf = (language: string | undefined): Direction => (language === 'ar' ? rightToLeft : leftToRight)

function besideCode(label: PrintedLabel): ReactElement {
  const way = wayOf(label.language)
  const code = createElement(Image, { src: { data: Buffer.from(label.code), format: 'png' }, style: { width: label.codeWidthMm * pointsPerMm } })
  return createElement(Page, { size: labelSize(label), style: styled({ fontFamily: way.fonts, alignItems: 'center', gap: 2 * pointsPerMm, padding: 1.5 * pointsPerMm }, way.row) }, code, box({ flex: 1 }, ...label.lines.filter(Boolean).map((line, index) => labelText(line, index, { textAlign: way.start }))))
}

function aroundCode(label: PrintedLabel, codeHeightMm: number): ReactElement {
  const [name = '', second = '', ...more] = label.lines.filter(Boolean)
  const way = wayOf(label.language)
  const cut = (maxLines: number): Style => ({ maxLines, textOverflow: 'ellipsis', textAlign: way.start })
  const code = createElement(Image, { src: { data: Buffer.from(label.code), format: 'png' }, style: { width: label.codeWidthMm * pointsPerMm, height: codeHeightMm * pointsPerMm, objectFit: 'fill', alignSelf: 'center', marginVertical: 1 } })
  return createElement(Page, { size: labelSize(label), wrap: false, style: { fontFamily: way.fonts, padding: 1.5 * pointsPerMm } }, labelText(name, 0, cut(2)), labelText(second, 1, cut(1)), code, ...more.map((line) => labelText(line, 1, cut(1))))
}

/** Labels, one a page, millimetres exact. */
export async function renderLabels(labels: readonly PrintedLabel[]): Promise<Uint8Array> {
  await registerFonts()
  const pages = labels.map((label) => (label.codeHeightMm === undefined ? besideCode(label) : aroundCode(label, label.codeHeightMm)))
  return new Uint8Array(await renderToBuffer(createElement(Document, { creator: 'Triveni', producer: 'Triveni' }, ...pages)))
}
