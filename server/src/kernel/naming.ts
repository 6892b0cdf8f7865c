import { foldText } from './text.ts'

// A cursor carries the folded name and is bounded; folding may lengthen a name fourfold.
const cut = (text: string): string => [...text].slice(0, 140).join('')

/** A name as it is ordered and looked for. */
export const folded = (name: string): string => cut(foldText(name))

const written = (name: string): string => name.normalize('NFC').toLowerCase().trim().replaceAll(/\s+/g, ' ')

// Who looks for an Arabic word may leave out its article.
const withoutArticle = (text: string): string => text.replace(/^ال(?=.{3})/u, '')

function beginnings(name: string): string[] {
  const words = written(name).split(' ')
  return words.map((_word, index) => words.slice(index).join(' ')).flatMap((rest) => [rest, withoutArticle(rest)])
}

/**
 * What a thing of a catalogue is found by beside its code and name: its names in other languages, from every word on.
 * As written as well as folded: the beginning of a word in Devanagari may be spoken, and so folded, unlike the whole word.
 */
export const keysOfNames = (names: Readonly<Record<string, string>>): string[] => [...new Set(Object.values(names).flatMap(beginnings).flatMap((text) => [cut(text), folded(text)]).filter(Boolean))]

// A letter or two of Latin are a code: spelt names in other languages that begin so would bury it.
const isSpelt = (text: string): boolean => text.length > 2 || /[^\p{Script=Latin}\d\s]/u.test(text)

/** The beginnings of keys that a text asks for, however short it is. */
export const keysTyped = (text: string): string[] => [...new Set([cut(written(text)), folded(text)].filter(Boolean))]

/** As `keysTyped`, where codes are looked for elsewhere. */
export const keysSought = (text: string): string[] => (isSpelt(text.trim()) ? keysTyped(text) : [])
