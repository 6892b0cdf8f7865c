import { Writable } from 'node:stream'

/** What a pipeline writes, in memory. */
export async function collect(run: (sink: Writable) => Promise<void>): Promise<Buffer> {
  const chunks: Buffer[] = []
  await run(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk)
        done()
      },
    }),
  )
  return Buffer.concat(chunks)
}
