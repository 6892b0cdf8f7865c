import { describe, expect, it } from 'vitest'
import { csvLine, damerau, foldText, guardCell, nameWords, oneLetterDeletions, phoneticCode, unguardCell } from './text.ts'

describe('folding', () => {
  it.each([
    ['राम कुमार', 'ram kumar'], ['शर्मा', 'sharma'], ['लक्ष्मी', 'lakshmi'], ['सुनीता', 'sunita'], ['José Müller', 'jose muller'], ["O'Brien", 'obrien'], ['Søren', 'soren'], ['  Anne-Marie  ', 'anne marie'], ['Иван', 'ivan'], ['STRASSE straße', 'strasse strasse'], ['ＲＡＭ', 'ram'],
    ['कृष्ण', 'krishna'], ['नरेन्द्र', 'narendra'], ['सूर्य', 'surya'], ['आनन्द', 'anand'], ['राजकुमार', 'rajkumar'], ['जगदीश', 'jagdish'], ['अमरनाथ', 'amarnath'], ['दशरथ', 'dashrath'], ['रमेशचंद्र', 'rameshchandra'],
    ['मोहम्मद', 'mohammad'], ['विश्वनाथ', 'vishvanath'], ['गणपति', 'ganpati'], ['भगवती', 'bhagvati'], ['सुमति', 'sumati'], ['आरती', 'arti'], ['निर्मला', 'nirmala'], ['कमला', 'kamla'], ['संजय', 'sanjay'], ['नारायण', 'narayan'],
    ['सिंह', 'sinh'], ['फ़ातिमा', 'fatima'], ['ज़ैनब', 'zainab'], ['क़ासिम', 'qasim'], ['अमित १२', 'amit 12'], ['گل پروین', 'gl prwin'], ['محمد', 'mhmd'], ['Ελένη', 'eleni'], ['Наталья', 'natalya'], ['Œuvre', 'oeuvre'], ['Þór', 'thor'], ['😀', ''],
  ])('%s → %s', (text, folded) => expect(foldText(text)).toBe(folded))
  it('is the same for NFC and NFD', () => expect(foldText('é'.normalize('NFD'))).toBe(foldText('é'.normalize('NFC'))))
  it('keeps distinct words in order', () => expect(nameWords('Ram Ram Kumar')).toEqual(['ram', 'kumar']))
})

describe('likeness', () => {
  it.each([['sharma', 'sarma'], ['vijay', 'wijay'], ['lakshmi', 'laxmi'], ['meena', 'mina'], ['pooja', 'puja'], ['mathew', 'matthew']])('%s sounds as %s', (a, b) => expect(phoneticCode(a)).toBe(phoneticCode(b)))
  it.each([['kumar', 'kumra', 1], ['kumar', 'kumar', 0], ['kumar', 'kumari', 1], ['ram', 'shyam', 3]])('%s ~ %s = %i', (a, b, distance) => expect(damerau(a, b, 3)).toBe(distance))
  it('leaves short words alone', () => expect([oneLetterDeletions('ram'), oneLetterDeletions('aanna')]).toEqual([[], ['anna', 'aana', 'aann']]))
  it('never halves a letter outside the basic plane', () => expect(oneLetterDeletions('𠮷野太郎').every((word) => word.isWellFormed())).toBe(true))
})

describe('a cell of an export', () => {
  it.each(['=1+1', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', "'=1", '＝1', '＋1', '－1', '＠A1', '=HYPERLINK("http://x")'])('%j is text in a spreadsheet, and comes back as it was', (text) => {
    expect([guardCell(text), unguardCell(guardCell(text))]).toEqual([`'${text}`, text])
    expect(csvLine([text]).replace(/^"/, '').startsWith("'")).toBe(true)
  })
  it('of words stays as it is', () => expect(csvLine(['Ana-Maria', 'a,b'])).toBe('Ana-Maria,"a,b"\r\n'))
})
