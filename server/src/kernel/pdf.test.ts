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
