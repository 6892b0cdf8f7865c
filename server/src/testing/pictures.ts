import { crc32, deflateSync } from 'node:zlib'

export type Pixel = readonly [number, number, number, number]

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG drawn pixel by pixel; `said` puts another size into its header than it has. */
export function png(width: number, height: number, pixelAt: (x: number, y: number) => Pixel, options: { said?: { width: number; height: number }; text?: string } = {}): Buffer {
  const lines = Array.from({ length: height }, (_row, y) => Buffer.from([0, ...Array.from({ length: width }, (_column, x) => pixelAt(x, y)).flat()]))
  const head = Buffer.alloc(13)
  head.writeUInt32BE(options.said?.width ?? width, 0)
  head.writeUInt32BE(options.said?.height ?? height, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const words = options.text === undefined ? [] : [chunk('tEXt', Buffer.from(`Comment\0${options.text}`, 'latin1'))]
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), ...words, chunk('IDAT', deflateSync(Buffer.concat(lines))), chunk('IEND', Buffer.alloc(0))])
}

/** What a telephone writes into a JPEG: how it was held (EXIF tag 0x0112), and words about the place. */
export function withExif(jpeg: Uint8Array, orientation: number, words: string): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write('MM\0*', 0, 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(0x0112, 10)
  tiff.writeUInt16BE(3, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(orientation, 18)
  const data = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(words, 'latin1')])
  const mark = Buffer.alloc(4)
  mark.writeUInt16BE(0xffe1, 0)
  mark.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([Buffer.from(jpeg.subarray(0, 2)), mark, data, Buffer.from(jpeg.subarray(2))])
}

/** Forty by twenty pixels of red, as WebP. */
export const webp: Buffer = Buffer.from('UklGRkgAAABXRUJQVlA4IDwAAAAwAwCdASooABQAPtFmrFCoJaQipWgBABoJZwDOsA8KmggAAP7qZf9VU9frW//jeP8l39u+yk8rGE8AAAA=', 'base64')
