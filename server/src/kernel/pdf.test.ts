import { extractText, getDocumentProxy } from 'unpdf'
import { expect, it } from 'vitest'
import { barcode } from './barcodes.ts'
import { renderLabels, renderPdf } from './pdf.ts'

const textOf = async (bytes: Uint8Array): Promise<string> => (await extractText(await getDocumentProxy(bytes), { mergePages: true })).text

it('a paper says what it is given, whatever was printed before it', async () => {
  await renderLabels([{ widthMm: 50, heightMm: 25, codeWidthMm: 22, code: await barcode('GH1'), lines: ['Zoé Åström', 'a · b', '« ½ »', 'é ñ ü ç'] }])
  const values = ['7.2', '3.5 – 5.0', '0.25', 'Dr. Nair', 'aeinuc']
  const text = await textOf(await renderPdf({ letterhead: { name: 'H', lines: [], motto: '' }, title: 'T', mark: '', language: 'en', facts: values.map((value) => ({ label: 'no.', value })), blocks: [], signature: '', foot: '' }))
  for (const value of values) expect(text).toContain(`no. ${value}`)
})

it('signs that the fonts of letters lack are printed as what they are, and what none has as a question mark', async () => {
  const said = ['≤ 5.2', '≥ 60', '10⁶/L', 'α₁ ± 2']
  const text = await textOf(await renderPdf({ letterhead: { name: 'H', lines: [], motto: '' }, title: 'T', mark: '', language: 'en', facts: [...said, '龍'].map((value) => ({ label: 'is', value })), blocks: [], signature: '', foot: '' }))
  for (const value of [...said, '?']) expect(text).toContain(`is ${value}`)
})

it('each page says whose it is and which it is', async () => {
  const rows = Array.from({ length: 90 }, (_, index) => [`row ${index}`])
  const bytes = await renderPdf({ letterhead: { name: 'H', lines: [], motto: '' }, title: 'T', mark: '', language: 'en', facts: [], blocks: [{ kind: 'table', columns: [{ label: 'c', width: 1 }], rows }], signature: '', foot: 'GH1-000012' })
  const { text } = await extractText(await getDocumentProxy(bytes))
  expect(text.length).toBeGreaterThan(1)
  for (const [index, page] of text.entries()) expect(page).toContain(`GH1-000012 ${index + 1} / ${text.length}`)
})

it('a long name pushes nothing off a label', async () => {
  const lines = ['Venkatanarasimharajuvaripeta Subrahmanyaraghavendra Lakshminarayanan of the upper house', 'GH1-000012 · GH1S0001014', 'EDTA · CBC']
  const bytes = await renderLabels([{ widthMm: 50, heightMm: 25, codeWidthMm: 44, codeHeightMm: 7, code: await barcode('GH1S0001014'), lines }])
  const document = await getDocumentProxy(bytes)
  expect(document.numPages).toBe(1)
  const { text } = await extractText(document, { mergePages: true })
  expect(text).toContain('GH1-000012 · GH1S0001014')
  expect(text).toContain('EDTA · CBC')
})

it('Arabic is printed whole, each letter in the form it has beside the next', async () => {
  const said = ['أنثى', 'الآن', 'نهائي', 'عدد الكريات البيضاء', 'أُخذت', 'پاکستان']
  const bytes = await renderPdf({ letterhead: { name: 'H', lines: [], motto: '' }, title: 'تقرير المختبر', mark: '', language: 'ar', facts: said.map((value) => ({ label: '', value })), blocks: [], signature: '', foot: '' })
  const text = (await textOf(bytes)).normalize('NFKC')
  for (const word of ['تقرير المختبر', ...said].flatMap((value) => value.split(' '))) expect(text).toContain(word)
})

it('Hindi is printed to its last letter, whatever its letters are drawn of', async () => {
  const said = ['पूर्ण रक्त गणना।', 'निर्णय दर्ज।', 'आपात पहुँच समाप्त हुई।', 'शीघ्र स्वस्थ हों।']
  const text = await textOf(await renderPdf({ letterhead: { name: 'H', lines: [], motto: '' }, title: 'T', mark: '', language: 'hi', facts: said.map((value) => ({ label: '', value })), blocks: [], signature: '', foot: '' }))
  const count = (of: string) => text.split(of).length - 1
  // What is copied of reordered letters stands where it is drawn, so letters are counted: each danda, each ं.
  expect([count('।'), count('ं')]).toEqual([4, 1])
})
