import bwip from 'bwip-js/node'

/** A QR code as PNG bytes; the text should be an opaque number, never a name. */
export const qrCode = (text: string): Promise<Uint8Array> => bwip.toBuffer({ bcid: 'qrcode', text, scale: 4 })

/** A Code 128 barcode as PNG bytes. */
export const barcode = (text: string): Promise<Uint8Array> => bwip.toBuffer({ bcid: 'code128', text, scale: 3, height: 8, includetext: false })
