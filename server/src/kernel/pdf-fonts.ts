import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Font } from '@react-pdf/renderer'
import { joined } from './arabic-forms.ts'

/** Fonts of the papers, each for letters the ones before it lack. */
export const families: string[] = ['Noto', 'NotoExt', 'NotoDevanagari', 'NotoArabic', 'Signs']
const fonts: readonly (readonly [string, string, string])[] = [
  ['Noto', 'noto-sans', 'noto-sans-latin'],
  ['NotoExt', 'noto-sans', 'noto-sans-latin-ext'],
  ['NotoDevanagari', 'noto-sans-devanagari', 'noto-sans-devanagari-devanagari'],
  ['NotoArabic', 'noto-sans-arabic', 'noto-sans-arabic-arabic'],
  // ≤, ≥, ⁶ and their like: the cuts of Noto Sans have none of them.
  ['Signs', 'open-sans', 'open-sans-math'],
]
const ready: { fonts?: Promise<void> } = {}
const drawable = new Set<number>()

const weights = [400, 600] as const

// The yeh within a word is one glyph in Arabic and in Persian: what is copied from a paper is to be the Arabic one.
const arabicFirst = (a: number, b: number): number => Number(b >= 0xfe80) - Number(a >= 0xfe80)

interface Glyph {
  readonly codePoints: readonly number[]
}
interface Face {
  getGlyph: (id: number, codePoints?: readonly number[]) => Glyph | null
}

/**
 * Gives each occurrence of a glyph the characters it stands for there. fontkit keeps those of the first one, and the layout counts characters by them:
 * «ई» is drawn of two glyphs, of which the second stands for none there and for two elsewhere, and the ends of lines were lost. What is copied stays what the glyph is.
 */
function asMet(face: Face): void {
  const kept = face.getGlyph.bind(face)
  face.getGlyph = (id, codePoints = []) => {
    const glyph = kept(id, codePoints)
    if (glyph === null || String(glyph.codePoints) === String(codePoints)) return glyph
    const told = glyph.codePoints.length === 0 ? codePoints : glyph.codePoints
    const own: Glyph = Object.create(glyph, { codePoints: { value: Object.assign([...codePoints], { [Symbol.iterator]: () => told[Symbol.iterator]() }) } })
    return own
  }
}

/**
 * Makes every glyph of a font once by its own character. fontkit keeps glyphs, and one that is first met as a part of another
 * (the point in «·») would be kept without its character: texts after that lose letters, «7.2» is printed as «.2».
 */
async function learnGlyphs(fontFamily: string, fontWeight: number): Promise<void> {
  await Font.load({ fontFamily, fontWeight })
  const { data } = Font.getFont({ fontFamily, fontWeight }) ?? {}
  for (const codePoint of (data?.characterSet ?? []).toSorted(arabicFirst)) {
    data?.glyphForCodePoint(codePoint)
    drawable.add(codePoint)
  }
  if (data !== undefined) asMet(data as unknown as Face)
}

async function loadFonts(): Promise<void> {
  const require = createRequire(import.meta.url)
  for (const [family, from, file] of fonts) {
    const folder = join(dirname(require.resolve(`@fontsource/${from}/package.json`)), 'files')
    Font.register({ family, fonts: weights.map((fontWeight) => ({ src: join(folder, `${file}-${fontWeight}-normal.woff`), fontWeight })) })
  }
  Font.registerHyphenationCallback((word) => [word])
  await Promise.all(families.flatMap((family) => weights.map((weight) => learnGlyphs(family, weight))))
}

/** Fonts are read with the first paper. */
export const registerFonts = (): Promise<void> => (ready.fonts ??= loadFonts())

const alike: Readonly<Record<string, string>> = { '→': '>', '⁻': '-', '‑': '-' }
const thinSpaces = /[\u2000-\u200A\u202F\u205F\u3000]/g

const canDraw = (letter: string): boolean => drawable.has(letter.codePointAt(0) ?? 0)
/** A letter that no font here has would be printed as another one: «≤ 5» once came out as «d 5». It is a question mark instead. */
export const printable = (value: string): string => joined(value.normalize('NFC'), canDraw).replaceAll(thinSpaces, ' ').replaceAll(/[^\s\p{Cf}]/gu, (letter) => (canDraw(letter) ? letter : (alike[letter] ?? '?')))
