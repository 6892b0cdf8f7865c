import { Worker } from 'node:worker_threads'
import { invalidField } from './errors.ts'
import { imageHeader, type ImageHeader } from './image-header.ts'

export interface CleanImage {
  bytes: Uint8Array
  contentType: 'image/jpeg'
  width: number
  height: number
}

// A camera of 24 megapixels; 96 MB once decoded. Told by the header before a byte is decoded.
const mostPixels = 24_000_000
const mostSide = 12_000
const mostMilliseconds = 15_000
const idleMilliseconds = 5000

const state: { worker?: Worker; idle?: NodeJS.Timeout; last: Promise<unknown> } = { last: Promise.resolve() }

async function endWorker(): Promise<void> {
  const { worker } = state
  delete state.worker
  await worker?.terminate()
}

function openWorker(): Worker {
  clearTimeout(state.idle)
  const worker = state.worker ?? new Worker(new URL('./image-worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 128 }, stdout: true, stderr: true })
  state.worker = worker
  return worker
}

function draw(bytes: Uint8Array, header: ImageHeader, widest: number): Promise<CleanImage | undefined> {
  const worker = openWorker()
  return new Promise((done) => {
    const end = (made?: Omit<CleanImage, 'contentType'>): void => {
      clearTimeout(slow)
      // By name: without one the listeners that Node itself has on the thread go too.
      for (const name of ['message', 'error', 'exit']) worker.removeAllListeners(name)
      worker.on('error', () => {})
      if (made === undefined) void endWorker()
      state.idle = setTimeout(() => void endWorker(), idleMilliseconds).unref()
      worker.unref()
      done(made === undefined ? undefined : { ...made, contentType: 'image/jpeg' })
    }
    const slow = setTimeout(() => end(), mostMilliseconds)
    worker.ref()
    worker.once('message', end)
    worker.once('error', () => end())
    worker.once('exit', () => end())
    worker.postMessage({ bytes, kind: header.kind, widest, most: mostPixels })
  })
}

/**
 * A picture as we keep it: drawn anew as JPEG, upright, `widest` pixels at most on its longer side. What else the file held — place, camera,
 * text, programs after its end — is gone. Takes JPEG, PNG and WebP; 422 for others, for what cannot be read in time and above 24 megapixels.
 * One at a time, in a thread that ends when nothing is to be drawn: the server does not grow by it.
 */
export async function cleanImage(bytes: Uint8Array, options: { widest: number; field: string }): Promise<CleanImage> {
  const header = imageHeader(bytes)
  if (header === undefined || header.width === 0 || header.height === 0) throw invalidField(options.field, 'image.unreadable')
  if (header.width * header.height > mostPixels || header.width > mostSide || header.height > mostSide) throw invalidField(options.field, 'image.too_large')
  const drawing = state.last.then(() => draw(bytes, header, options.widest))
  state.last = drawing.catch(() => {})
  const made = await drawing
  if (made === undefined) throw invalidField(options.field, 'image.unreadable')
  return made
}
