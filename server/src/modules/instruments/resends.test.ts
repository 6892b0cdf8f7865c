import { describe, expect, it } from 'vitest'
import { readAstm } from './astm-rules.ts'
import { benchLines } from './testing/bench-lines.ts'

const lines = benchLines()
const submit = (records: readonly string[]) => lines.lab.submitMessage({ body: { instrumentId: lines.ids.astm, content: `${records.join('\r')}\r` } })
const message = (at: string, results: readonly string[], { id = '', processing = 'P', tube = 'GH1S9999997' } = {}) => [`H|\\^&|${id}||Analyser|||||||${processing}|LIS2-A2|${at}`, 'P|1', `O|1|${tube}||^^^K|R`, ...results, 'L|1|N']
const timed = (value: string, at: string) => `R|1|^^^K|${value}|mmol/L||N||F||||${at}`

describe('an ASTM analyser that sends again', () => {
  it('with a new time in its header has sent the same message', async () => {
    const results = [timed('4.1', '20261120101400')]
    const first = (await submit(message('20261120101500', results))).body
    expect((await submit(message('20261120103000', results))).body).toMatchObject({ id: first.id, isDuplicate: true })
    expect((await submit(message('20261120103000', [timed('4.1', '20261120102900')]))).body).toMatchObject({ isDuplicate: false, unmatched: 1 })
  })

  it('the same tube, test, value and time is one row of the bin, whatever stands around it', async () => {
    const before = (await lines.binned()).length
    await submit(message('20261120111500', [timed('5.1', '20261120111400')], { id: 'M1' }))
    expect((await submit(message('20261120111501', [timed('5.1', '20261120111400')], { id: 'M2' }))).body).toMatchObject({ isDuplicate: false, unmatched: 0 })
    await submit(message('20261120111500', ['R|1|^^^K|5.2|mmol/L||N||F'], { id: 'M3' }))
    await submit(message('20261120111600', ['R|1|^^^K|5.2|mmol/L||N||F'], { id: 'M3' }))
    expect((await lines.binned()).length).toBe(before + 2)
  })

  it('what names neither tube nor time, and a control without a time, are not taken for each other', async () => {
    const before = (await lines.binned()).length
    for (const at of ['20261120121500', '20261120121600']) {
      await submit(message(at, ['R|1|^^^K|5.3|mmol/L||N||F'], { tube: '' }))
      await submit(message(at, ['R|1|^^^K|5.3|mmol/L||N||F'], { tube: 'QC9', processing: 'Q' }))
    }
    expect((await lines.binned()).length).toBe(before + 4)
  })
})

describe('escapes', () => {
  it.each([['A&F&B', 'A|B'], ['1&S&2&R&3&E&4', '1^2\\3&4'], ['&X41&', 'A'], ['R & D & more', 'R & D & more']])('%s is %s', (written, meant) => {
    expect(readAstm(['H|\\^&', 'P|1', 'O|1|T1', `R|1|^^^K|${written}|`, `C|1|I|${written}`, ''].join('\r')).readings[0]).toMatchObject({ value: meant, comment: meant })
  })
  it('the signs are those of the header', () => {
    expect(readAstm(['H|@^\\|', 'P|1', 'O|1|T1', 'R|1|^^^K|A\\F\\B|', ''].join('\r')).readings[0]?.value).toBe('A|B')
    expect(readAstm(['H|\\\\^&', 'P|1', 'O|1|T1', 'R|1|^^^K|^F^|', ''].join('\r')).readings[0]?.value).toBe('F')
  })
})

describe('two transmissions of the same at the same moment', () => {
  const alike = async (value: string) => {
    const before = (await lines.binned()).length
    const sent = await Promise.all(Array.from({ length: 6 }, (_, index) => submit(message('20261120131500', [timed(value, '20261120131400')], { id: `${value}-${index}` }))))
    expect(sent.map((one) => one.status)).toEqual(sent.map(() => 201))
    return { rows: (await lines.binned()).length - before, unmatched: sent.reduce((sum, one) => sum + one.body.unmatched, 0) }
  }

  it('under other numbers are one row of the bin, and without the key of the row they are several', async () => {
    for (const value of ['6.1', '6.2', '6.3']) expect(await alike(value)).toEqual({ rows: 1, unmatched: 1 })
    await lines.hospital.query('drop index instrument_bin_once')
    let most = 0
    for (const value of ['7.1', '7.2', '7.3', '7.4', '7.5', '7.6']) most = Math.max(most, (await alike(value)).rows)
    expect(most).toBeGreaterThan(1)
  })
})
