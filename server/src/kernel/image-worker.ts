import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { ImageKind } from './image-header.ts'

// Decoders are WebAssembly: what a hostile picture breaks is their own memory, which ends with this thread.
interface Picture {
  data: Uint8ClampedArray
  width: number
  height: number
}
interface Job {
  bytes: Uint8Array<ArrayBuffer>
  kind: ImageKind
  widest: number
  most: number
}

class Pixels implements Picture {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data
    this.width = width
    this.height = height
  }
}
Object.assign(globalThis, { ImageData: Pixels })

const require = createRequire(import.meta.url)
const program = (name: string): WebAssembly.Module => new WebAssembly.Module(readFileSync(require.resolve(`@jsquash/${name}`)))

async function decode({ bytes, kind }: Job): Promise<Picture> {
  const { buffer } = Uint8Array.from(bytes)
  if (kind === 'jpeg') {
    const jpeg = await import('@jsquash/jpeg/decode.js')
    await jpeg.init(program('jpeg/codec/dec/mozjpeg_dec.wasm'))
    return jpeg.default(buffer, { preserveOrientation: true })
  }
  if (kind === 'webp') {
    const webp = await import('@jsquash/webp/decode.js')
    await webp.init(program('webp/codec/dec/webp_dec.wasm'))
    return webp.default(buffer)
  }
  const png = await import('@jsquash/png/decode.js')
  await png.init(program('png/codec/pkg/squoosh_png_bg.wasm'))
  return png.default(buffer)
}

/** Each pixel of the smaller picture is the mean of those it covers, on white where the picture is seen through. */
function shrink({ data, width, height }: Picture, widest: number): Picture {
  const scale = Math.min(1, widest / Math.max(width, height))
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  const made = new Uint8ClampedArray(columns * rows * 4)
  for (let row = 0; row < rows; row += 1) {
    const [top, bottom] = [Math.floor((row * height) / rows), Math.max(Math.floor(((row + 1) * height) / rows), Math.floor((row * height) / rows) + 1)]
    for (let column = 0; column < columns; column += 1) {
      const left = Math.floor((column * width) / columns)
      const right = Math.max(Math.floor(((column + 1) * width) / columns), left + 1)
      const mean = meanOf(data, width, { top, bottom, left, right })
      made.set([...mean, 255], (row * columns + column) * 4)
    }
  }
  return { data: made, width: columns, height: rows }
}

function meanOf(data: Uint8ClampedArray, width: number, area: { top: number; bottom: number; left: number; right: number }): [number, number, number] {
  let [red, green, blue] = [0, 0, 0]
  for (let y = area.top; y < area.bottom; y += 1) {
    for (let at = (y * width + area.left) * 4, end = (y * width + area.right) * 4; at < end; at += 4) {
      const [seen, white] = [(data[at + 3] ?? 255) / 255, 255 - (data[at + 3] ?? 255)]
      red += (data[at] ?? 0) * seen + white
      green += (data[at + 1] ?? 0) * seen + white
      blue += (data[at + 2] ?? 0) * seen + white
    }
  }
  const count = (area.bottom - area.top) * (area.right - area.left)
  return [red / count, green / count, blue / count]
}

async function encode(picture: Picture): Promise<ArrayBuffer> {
  const jpeg = await import('@jsquash/jpeg/encode.js')
  await jpeg.init(program('jpeg/codec/enc/mozjpeg_enc.wasm'))
  return jpeg.default(new Pixels(picture.data, picture.width, picture.height) as ImageData, { quality: 82 })
}

parentPort?.on('message', async (job: Job) => {
  try {
    const picture = await decode(job)
    if (picture.width * picture.height > job.most) throw new Error('larger than its header says')
    const small = shrink(picture, job.widest)
    parentPort?.postMessage({ bytes: new Uint8Array(await encode(small)), width: small.width, height: small.height })
  } catch {
    parentPort?.postMessage(undefined)
  }
})
