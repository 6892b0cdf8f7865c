import { doubleMetaphone } from 'double-metaphone'
import { LRUCache } from 'lru-cache'

const independent: Record<string, string> = { अ: 'a', आ: 'a', इ: 'i', ई: 'i', उ: 'u', ऊ: 'u', ऋ: 'ri', ए: 'e', ऐ: 'ai', ओ: 'o', औ: 'au', ऑ: 'o' }
const consonants: Record<string, string> = {
  क: 'k', ख: 'kh', ग: 'g', घ: 'gh', ङ: 'n', च: 'ch', छ: 'chh', ज: 'j', झ: 'jh', ञ: 'n', ट: 't', ठ: 'th', ड: 'd', ढ: 'dh', ण: 'n', त: 't', थ: 'th', द: 'd', ध: 'dh', न: 'n',
  प: 'p', फ: 'ph', ब: 'b', भ: 'bh', म: 'm', य: 'y', र: 'r', ल: 'l', व: 'v', श: 'sh', ष: 'sh', स: 's', ह: 'h', ळ: 'l',
}
const vowelSigns: Record<string, string> = { 'ा': 'a', 'ि': 'i', 'ी': 'i', 'ु': 'u', 'ू': 'u', 'ृ': 'ri', 'े': 'e', 'ै': 'ai', 'ो': 'o', 'ौ': 'au', 'ॉ': 'o' }
const virama = '्'
const nukta = '़'
const signs: Record<string, string> = { 'ं': 'n', 'ँ': 'n', 'ः': 'h' }

// The dot makes another sound of a letter; of letters not named here it changes nothing.
const dotted: Record<string, string> = { k: 'q', j: 'z', ph: 'f', d: 'r', dh: 'rh' }

interface Syllable {
  text: string
  /** Its vowel is written, or a virama says that it has none; otherwise it bears the inherent a. */
  isClosed: boolean
}

function syllablesOf(word: string): Syllable[] {
  const syllables: Syllable[] = []
  for (const letter of word) {
    const last = syllables.at(-1)
    const consonant = consonants[letter]
    const vowel = vowelSigns[letter]
    const sign = signs[letter]
    if (consonant !== undefined) syllables.push({ text: consonant, isClosed: false })
    else if (last !== undefined && letter === virama) last.isClosed = true
    else if (last !== undefined && letter === nukta) last.text = dotted[last.text] ?? last.text
    else if (last !== undefined && vowel !== undefined) syllables.splice(-1, 1, { text: last.text + vowel, isClosed: true })
    else if (last !== undefined && sign !== undefined) syllables.splice(-1, 1, { text: (last.isClosed ? last.text : `${last.text}a`) + sign, isClosed: true })
    else if (letter !== nukta) syllables.push({ text: independent[letter] ?? letter, isClosed: true })
  }
  return syllables
}

// Speech keeps the last a after a cluster that ends in one of these (krishna, narendra, surya) and drops it elsewhere (ram, anand).
const sonorants = new Set(['y', 'r', 'l', 'v', 'n', 'm'])
// In -mati, -pati, -vati, -gati the a is spoken though the rule would drop it (ganpati, bhagvati); it drops in arti.
const beforeTi = new Set(['m', 'p', 'v', 'g'])

function isSilent(syllables: readonly Syllable[], index: number, spokenNext: string): boolean {
  const { text = '' } = syllables[index] ?? {}
  const before = syllables[index - 1]
  if (before === undefined) return false
  const followsVowel = !before.isClosed || /[aeiou]$/.test(before.text)
  if (index === syllables.length - 1) return followsVowel || /[aeiou]n$/.test(before.text) || !sonorants.has(text)
  const isSuffix = index === syllables.length - 2 && spokenNext === 'ti' && beforeTi.has(text)
  return followsVowel && !isSuffix && /^[^aeiou]+[aeiou]/.test(spokenNext)
}

/** Devanagari to Latin; the inherent a goes where speech drops it: between vowel + consonant and consonant + vowel, from the end of the word (Ohala 1983, Aspects of Hindi Phonology), and at the end. */
function transliterateDevanagari(word: string): string {
  const syllables = syllablesOf(word)
  return syllables.reduceRight<string[]>((spoken, one, index) => [one.isClosed || isSilent(syllables, index, spoken[0] ?? '') ? one.text : `${one.text}a`, ...spoken], []).join('')
}

const otherScripts: Record<string, string> = {
  ا: 'a', أ: 'a', إ: 'i', آ: 'a', ب: 'b', ت: 't', ث: 'th', ج: 'j', ح: 'h', خ: 'kh', د: 'd', ذ: 'dh', ر: 'r', ز: 'z', س: 's', ش: 'sh', ص: 's', ض: 'd', ط: 't', ظ: 'z', ع: 'a', غ: 'gh', ف: 'f', ق: 'q', ك: 'k', ل: 'l', م: 'm', ن: 'n', ه: 'h', و: 'w', ي: 'y', ى: 'a', ة: 'a', ء: '',
  پ: 'p', چ: 'ch', ژ: 'zh', گ: 'g', ک: 'k', ی: 'i', ے: 'e', ہ: 'h', ھ: 'h', ں: 'n', ٹ: 't', ڈ: 'd', ڑ: 'r',
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya', і: 'i', є: 'ye', ґ: 'g',
  α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n', ξ: 'x', ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o',
  ß: 'ss', ø: 'o', ł: 'l', æ: 'ae', œ: 'oe', đ: 'd', ð: 'd', þ: 'th', ı: 'i',
}
const digitRows = ['०१२३४५६७८९', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹']

/** Folds a text to lower-case Latin words: case, accents and punctuation go, other scripts are transliterated. */
export function foldText(text: string): string {
  return /^[\x20-\x7E]*$/.test(text) ? wordsOf(text.toLowerCase()) : wordsOf(toLatin(text))
}

const wordsOf = (latin: string): string => latin.replaceAll(/['’`]/g, '').replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()

function toLatin(text: string): string {
  const plain = text.toLowerCase().replaceAll(/[\u0900-\u097F]+/g, (word) => transliterateDevanagari(word.normalize('NFC')))
  const bare = plain.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  const digits = bare.replaceAll(/[०-९٠-٩۰-۹]/g, (digit) => String(digitRows.map((row) => row.indexOf(digit)).find((value) => value >= 0)))
  return [...digits].map((letter) => otherScripts[letter] ?? letter).join('')
}

/** The distinct folded words of a name, in order. */
export const nameWords = (name: string): string[] => [...new Set(foldText(name).split(' ').filter(Boolean))]

/** Every word made by leaving out one letter; for words of four letters and more. */
export function oneLetterDeletions(word: string): string[] {
  const letters = [...word]
  if (letters.length < 4) return []
  return [...new Set(letters.map((_letter, index) => letters.toSpliced(index, 1).join('')))]
}

const sounds = new LRUCache<string, string>({ max: 20_000 })

/** How a word sounds: Double Metaphone (Philips 2000) after folding spellings that Indian names share. */
export function phoneticCode(word: string): string {
  const known = sounds.get(word)
  if (known !== undefined) return known
  const code = soundOf(word)
  sounds.set(word, code)
  return code
}

function soundOf(word: string): string {
  const spelt = word.replaceAll(/sh/g, 's').replaceAll(/w/g, 'v').replaceAll(/th/g, 't').replaceAll(/dh/g, 'd').replaceAll(/bh/g, 'b').replaceAll(/ph/g, 'f').replaceAll(/ee|ii/g, 'i').replaceAll(/oo|uu/g, 'u').replaceAll(/z/g, 'j').replaceAll(/(.)\1/g, '$1')
  const [code] = doubleMetaphone(spelt)
  return code === '' ? spelt : code
}

/** Damerau–Levenshtein distance (adjacent swaps count one), or `max + 1` when it is greater than `max`. */
export function damerau(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_value, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    if (Math.min(...row) > max) return max + 1
    beforeLast = last
    last = row
  }
  return Math.min(last[b.length] ?? max + 1, max + 1)
}

/** A cell that no spreadsheet takes for a formula (OWASP, CSV injection): `unguardCell` gives back what it was. */
export const guardCell = (text: string): string => (/^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text)

/** A cell that an export of ours guarded, as it was before. */
export const unguardCell = (text: string): string => (/^'+[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text)

/** A line of a CSV file (RFC 4180), each cell guarded. */
export const csvLine = (cells: readonly string[]): string => `${cells.map((cell) => guardCell(cell)).map((cell) => (/[",\r\n\t']/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`

/** In the collation "C" every text that begins with the prefix sorts below this: the prefix and the greatest code point. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10ffff}`
