// Loaded with the first code: many servers print none.
const toPng = async (options: Record<string, unknown> & { bcid: string; text: string }): Promise<Uint8Array> => (await import('bwip-js/node')).default.toBuffer(options)

/** A QR code as PNG bytes; the text should be an opaque number, never a name. */
export const qrCode = (text: string): Promise<Uint8Array> => toPng({ bcid: 'qrcode', text, scale: 4 })

/** A Code 128 barcode as PNG bytes. */
export const barcode = (text: string): Promise<Uint8Array> => toPng({ bcid: 'code128', text, scale: 3, height: 8, includetext: false })

/** A QR code as SVG text. */
export const qrSvg = async (text: string): Promise<string> => (await import('bwip-js/node')).default.toSVG({ bcid: 'qrcode', text, scale: 3 })
