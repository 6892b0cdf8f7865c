import { describe, expect, it } from 'vitest'
import { png, webp, withExif, type Pixel } from '../testing/pictures.ts'
import { AppError } from './errors.ts'
import { imageHeader } from './image-header.ts'
import { cleanImage } from './images.ts'

const red: Pixel = [200, 20, 20, 255]
const blue: Pixel = [20, 20, 200, 255]
const clean = (bytes: Uint8Array, widest = 200) => cleanImage(bytes, { widest, field: 'file' })
const refusal = (bytes: Uint8Array) => clean(bytes).then(() => 'taken', (error: unknown) => (error instanceof AppError ? error.params.fields?.[0]?.code : 'failed'))
const half = (x: number): Pixel => (x < 40 ? red : blue)

describe('a picture', () => {
  it('is drawn anew: nothing of what else the file held is left, and it is no wider than asked', async () => {
    const drawn = await clean(png(80, 40, half, { text: 'a secret place' }), 40)
    expect([drawn.width, drawn.height, drawn.contentType, imageHeader(drawn.bytes)]).toEqual([40, 20, 'image/jpeg', { kind: 'jpeg', width: 40, height: 20 }])
    const said = Buffer.concat([withExif(drawn.bytes, 1, 'GPS 12.97 77.59'), Buffer.from('<script>alert(1)</script>')])
    expect(said.includes('GPS 12.97')).toBe(true)
    const again = Buffer.from((await clean(said)).bytes)
    expect([again.includes('GPS'), again.includes('Exif'), again.includes('<script'), Buffer.from(drawn.bytes).includes('secret')]).toEqual([false, false, false, false])
  })

  it('stands upright as the telephone was held, whatever its kind', async () => {
    const lying = await clean(png(80, 40, half))
    const upright = await clean(withExif(lying.bytes, 6, ''))
    expect([upright.width, upright.height]).toEqual([40, 80])
    expect((await clean(webp)).width).toBe(40)
  })

  it('that says it is a wall is refused before it is decoded; one that is none, or lies, is refused', async () => {
    const walls = [{ width: 30_000, height: 30_000 }, { width: 65_000, height: 1 }].map((said) => png(1, 1, () => red, { said }))
    // To decode would take its time whenever it is done; a machine that does something else takes it once.
    const times: number[] = []
    for (let time = 0; time < 5; time += 1) {
      const began = performance.now()
      for (const wall of walls) expect(await refusal(wall)).toBe('image.too_large')
      times.push(performance.now() - began)
    }
    expect(Math.min(...times)).toBeLessThan(1000)
    expect(await refusal(png(400, 400, () => red, { said: { width: 20, height: 20 } }).subarray(0, 60))).toBe('image.unreadable')
    expect(await refusal(png(1, 1, () => red, { said: { width: 4000, height: 4000 } }))).toBe('image.unreadable')
    expect(await refusal(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'))).toBe('image.unreadable')
    expect(await refusal(Buffer.from('GIF89a'.padEnd(100, '\0'), 'latin1'))).toBe('image.unreadable')
    expect((await clean(png(4, 4, () => blue))).width).toBe(4)
  })

  it('made of noise ends the thread at worst: ten thousand broken ones hurt nobody', async () => {
    const whole = Buffer.from((await clean(png(80, 40, half))).bytes)
    const count = process.env['TRIVENI_FULL'] === '1' ? 10_000 : 60
    const outcomes = new Set<string | undefined>()
    for (let number = 0; number < count; number += 1) {
      const broken = Buffer.from(number % 2 === 0 ? whole : webp)
      for (let hits = 0; hits < 4; hits += 1) broken[30 + ((number * 7919 + hits * 104_729) % (broken.length - 30))] = (number * 31 + hits) % 256
      outcomes.add(await refusal(broken))
    }
    expect([...outcomes].filter((one) => !['taken', 'image.unreadable', 'image.too_large'].includes(one ?? 'none'))).toEqual([])
    expect((await clean(png(4, 4, () => blue))).width).toBe(4)
  }, 600_000)
})
