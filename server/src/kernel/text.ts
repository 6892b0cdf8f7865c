import { doubleMetaphone } from 'double-metaphone'

const independent: Record<string, string> = { अ: 'a', आ: 'a', इ: 'i', ई: 'i', उ: 'u', ऊ: 'u', ऋ: 'ri', ए: 'e', ऐ: 'ai', ओ: 'o', औ: 'au', ऑ: 'o' }
const consonants: Record<string, string> = {
  क: 'k', ख: 'kh', ग: 'g', घ: 'gh', ङ: 'n', च: 'ch', छ: 'chh', ज: 'j', झ: 'jh', ञ: 'n', ट: 't', ठ: 'th', ड: 'd', ढ: 'dh', ण: 'n', त: 't', थ: 'th', द: 'd', ध: 'dh', न: 'n',
  प: 'p', फ: 'ph', ब: 'b', भ: 'bh', म: 'm', य: 'y', र: 'r', ल: 'l', व: 'v', श: 'sh', ष: 'sh', स: 's', ह: 'h', ळ: 'l',
}
const vowelSigns: Record<string, string> = { 'ा': 'a', 'ि': 'i', 'ी': 'i', 'ु': 'u', 'ू': 'u', 'ृ': 'ri', 'े': 'e', 'ै': 'ai', 'ो': 'o', 'ौ': 'au', 'ॉ': 'o' }
const virama = '्'
const nukta = '़'
const signs: Record<string, string> = { 'ं': 'n', 'ँ': 'n', 'ः': 'h' }

interface Syllable {
  text: string
  hasOwnVowel: boolean
}

/** Devanagari to Latin, word by word; the inherent a is dropped at the end of a word and between two syllables as speech does. */
function transliterateDevanagari(word: string): string {
  const syllables: Syllable[] = []
  for (const letter of word) {
    const last = syllables.at(-1)
    const consonant = consonants[letter]
    const vowel = vowelSigns[letter]
    if (consonant !== undefined) syllables.push({ text: consonant, hasOwnVowel: false })
    else if (independent[letter] !== undefined) syllables.push({ text: independent[letter], hasOwnVowel: true })
    else if (last !== undefined && letter === virama) last.hasOwnVowel = true
    else if (last !== undefined && vowel !== undefined) syllables.splice(-1, 1, { text: last.text + vowel, hasOwnVowel: true })
    else if (last !== undefined && signs[letter] !== undefined) syllables.splice(-1, 1, { text: (last.hasOwnVowel ? last.text : `${last.text}a`) + signs[letter], hasOwnVowel: true })
    else if (letter !== nukta) syllables.push({ text: letter, hasOwnVowel: true })
  }
  return syllables.map((one, index) => (one.hasOwnVowel || isSilent(syllables, index) ? one.text : `${one.text}a`)).join('')
}

// The a of the last syllable is never spoken; one in the middle is dropped before a syllable that has its own vowel.
function isSilent(syllables: readonly Syllable[], index: number): boolean {
  if (index === syllables.length - 1) return syllables.length > 1
  const next = syllables[index + 1]
  const before = syllables[index - 1]
  return index > 0 && index === syllables.length - 2 && next?.hasOwnVowel === true && before !== undefined && !isSilent(syllables, index - 1) && /[aeiou]$/.test(before.hasOwnVowel ? before.text : 'a')
}

const otherScripts: Record<string, string> = {
  ا: 'a', أ: 'a', إ: 'i', آ: 'a', ب: 'b', ت: 't', ث: 'th', ج: 'j', ح: 'h', خ: 'kh', د: 'd', ذ: 'dh', ر: 'r', ز: 'z', س: 's', ش: 'sh', ص: 's', ض: 'd', ط: 't', ظ: 'z', ع: 'a', غ: 'gh', ف: 'f', ق: 'q', ك: 'k', ل: 'l', م: 'm', ن: 'n', ه: 'h', و: 'w', ي: 'y', ى: 'a', ة: 'a', ء: '',
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya',
  α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n', ξ: 'x', ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o',
}

/** Folds a text to lower-case Latin words: case, accents and punctuation go, other scripts are transliterated. */
export function foldText(text: string): string {
  const plain = text.toLowerCase().replaceAll(/[\u0900-\u097F]+/g, (word) => transliterateDevanagari(word.normalize('NFC')))
  const bare = plain.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').replaceAll('ø', 'o').replaceAll('ł', 'l').replaceAll('æ', 'ae').replaceAll('đ', 'd').replaceAll('ı', 'i')
  const latin = [...bare].map((letter) => otherScripts[letter] ?? letter).join('')
  return latin.replaceAll(/['’`]/g, '').replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

/** The distinct folded words of a name, in order. */
export const nameWords = (name: string): string[] => [...new Set(foldText(name).split(' ').filter(Boolean))]

/** Every word made by leaving out one letter; for words of four letters and more. */
export function oneLetterDeletions(word: string): string[] {
  if (word.length < 4) return []
  return [...new Set(Array.from(word, (_letter, index) => word.slice(0, index) + word.slice(index + 1)))]
}

/** How a word sounds: Double Metaphone (Philips 2000) after folding spellings that Indian names share. */
export function phoneticCode(word: string): string {
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
