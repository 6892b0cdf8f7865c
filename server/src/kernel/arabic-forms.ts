// Unicode, blocks Arabic Presentation Forms A and B: each letter stands there as isolated, final, initial and medial, in this order; U+FEF5 to U+FEFC are lam with alef.
const blocks = [[0xfb50, 0xfbb1], [0xfbd3, 0xfbe7], [0xfbfc, 0xfbff], [0xfe80, 0xfefc]] as const
const ofMaghreb = new Set([0xfbe8, 0xfbe9])

function readForms(): ReadonlyMap<string, readonly string[]> {
  const forms = new Map<string, string[]>()
  for (const [from, to] of blocks) {
    for (let code = from; code <= to; code += 1) {
      const form = String.fromCodePoint(code)
      const letter = form.normalize('NFKC')
      if (letter !== form && !ofMaghreb.has(code)) forms.set(letter, [...(forms.get(letter) ?? []), form])
    }
  }
  return forms
}

const formsOf = readForms()
const isStroke = (letter: string): boolean => letter === '\u0640' || letter === '\u200D'
const joinsNext = (letter: string | undefined): boolean => letter !== undefined && (isStroke(letter) || formsOf.get(letter)?.length === 4)
const joinsBefore = (letter: string | undefined): boolean => letter !== undefined && (isStroke(letter) || (formsOf.get(letter)?.length ?? 0) >= 2)

/** A letter, or lam with the alef after it, which are written as one; marks above and below stay on their own. */
const written = /ل[اأإآ]|[^]/gu
const isMark = (letter: string): boolean => /^\p{Mn}$/u.test(letter)

/**
 * Arabic letters as the forms they take beside each other, so that each is one glyph. What lays out the papers loses letters where a font puts one together
 * from a body and its dots: «أنثى» was printed without its last. A form that `canDraw` refuses stays the letter it was.
 */
export function joined(text: string, canDraw: (form: string) => boolean): string {
  const parts = text.match(written) ?? []
  const letters = parts.filter((part) => !isMark(part))
  let at = -1
  return parts
    .map((part) => {
      if (isMark(part)) return part
      at += 1
      const isAfter = joinsBefore(part) && joinsNext(letters[at - 1])
      const isBefore = joinsNext(part) && joinsBefore(letters[at + 1])
      const form = formsOf.get(part)?.[(isAfter ? 1 : 0) + (isBefore ? 2 : 0)]
      return form === undefined || !canDraw(form) ? part : form
    })
    .join('')
}
