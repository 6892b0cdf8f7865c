import { describe, expect, it } from 'vitest'
import { toCsv } from './csv.ts'

const formulas = ['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', "'=1", '＝1+1', '＋1', '－1+1', '＠SUM(A1)', '=HYPERLINK("http://x","y")', '-2+3+cmd|\' /C calc\'!A0']

describe('a table that is saved', () => {
  it.each(formulas)('holds %j as text that no spreadsheet runs', (text) => {
    const cell = toCsv([[text]]).slice(1, -2).replace(/^"(.*)"$/s, '$1')
    expect(cell.startsWith("'")).toBe(true)
  })
  it('leaves numbers and words as they are', () => expect(toCsv([['-12.5', 'Ana-Maria', '100', '']])).toBe('\ufeff-12.5,Ana-Maria,100,\r\n'))
  it('keeps a cell one cell, whatever is in it', () => expect(toCsv([['a,b', 'say "x"', 'one\ntwo']])).toBe('\ufeff"a,b","say ""x""","one\ntwo"\r\n'))
})
