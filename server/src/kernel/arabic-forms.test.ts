import { expect, it } from 'vitest'
import { joined } from './arabic-forms.ts'

const codesOf = (text: string): string => [...joined(text, () => true)].map((letter) => (letter.codePointAt(0) ?? 0).toString(16)).join(' ')

it.each([
  ['بيت', 'fe91 fef4 fe96'],
  ['دار', 'fea9 fe8d fead'],
  ['سلام', 'feb3 fefc fee1'],
  ['الآن', 'fe8d fef5 fee5'],
  ['مصحّح', 'fee3 febc fea4 651 fea2'],
  ['على', 'fecb fee0 fef0'],
  ['شيء', 'feb7 fef2 fe80'],
  ['نـ', 'fee7 640'],
  ['گچ', 'fb94 fb7b'],
  ['GH1 3.5', '47 48 31 20 33 2e 35'],
])('%s stands as %s', (word, codes) => expect(codesOf(word)).toBe(codes))

it('a form that no font has stays its letter', () => expect(joined('بيت', () => false)).toBe('بيت'))
