import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { multipart } from '../testing/multipart.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { contentTypeOf, isHarmful } from './content-type.ts'
import { openScanner, pingScanner, scan } from './scanner.ts'

let hospital: TestHospital
let clamd: Server
const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
const seen: number[] = []

/** Speaks clamd's protocol on loopback, as far as INSTREAM and PING go, and knows the test virus. */
function openClamd(): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    let data = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      data = Buffer.concat([data, chunk])
      const command = data.subarray(0, data.indexOf(0)).toString()
      if (command === 'zPING') return socket.end('PONG\0')
      const parts: Buffer[] = []
      let at = data.indexOf(0) + 1
      while (at + 4 <= data.length) {
        const length = data.readUInt32BE(at)
        if (length === 0) {
          const whole = Buffer.concat(parts)
          seen.push(whole.length)
          return socket.end(whole.includes(eicar) ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0')
        }
        if (at + 4 + length > data.length) return undefined
        parts.push(data.subarray(at + 4, at + 4 + length))
        at += 4 + length
      }
      return undefined
    })
    socket.on('error', () => {})
  })
}

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  clamd = openClamd()
  await new Promise<void>((done) => clamd.listen(0, '127.0.0.1', done))
})
afterAll(() => void clamd.close())
afterEach(() => openScanner(undefined))

const useClamd = () => openScanner(`127.0.0.1:${(clamd.address() as AddressInfo).port}`)
async function upload(name: string, bytes: Uint8Array) {
  const session = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'admin@general.example', password: 'three-rivers-meet' } })
  const { body, headers } = multipart({ kind: 'patients-csv', dryRun: 'true' }, [{ name, bytes }])
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/imports', headers: { ...headers, cookie: `${session.cookies[0]?.name}=${session.cookies[0]?.value}`, 'x-csrf-token': session.json().csrfToken }, payload: body })
  return [answer.statusCode, answer.json().code]
}
const csv = (line: string) => Buffer.from(`given_name,sex,birth_date\n${line}\n`)

describe('an upload', () => {
  it('is scanned when a scanner is there: what it knows is refused, what is clean goes on', async () => {
    useClamd()
    expect(await pingScanner()).toBe(true)
    expect(await upload('a.csv', csv(`${eicar},female,1990-01-01`))).toEqual([422, 'kernel.harmful_file'])
    expect((await upload('a.csv', csv('Asha,female,1990-01-01')))[0]).toBe(202)
    const large = Buffer.alloc(700_000, 120)
    expect([await scan(large), seen.at(-1)]).toEqual(['clean', 700_000])
  })

  it('is refused when the scanner does not answer, and taken unseen only where there is none: the weakness, planted', async () => {
    openScanner('127.0.0.1:1')
    expect(await upload('a.csv', csv('Asha,female,1990-01-01'))).toEqual([503, 'kernel.unavailable'])
    const weak = await scan(Buffer.from(eicar)).catch(() => 'not-scanned')
    expect(weak).toBe('not-scanned')
    openScanner(undefined)
    expect(await scan(Buffer.from('x'))).toBe('not-scanned')
  })

  it.each([
    ['a page', '<!DOCTYPE html><script>alert(1)</script>'], ['a page after a comment', '  <!-- x -->\n<html>'], ['a picture with a script', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'], ['a script of the shell', '#!/bin/sh\nrm -rf /'],
    ['a program', Buffer.concat([Buffer.from('7f454c460201010000000000000000000200b7', 'hex'), Buffer.alloc(200)])], ['a page in UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<html>', 'utf16le')])],
  ])('%s is known by its content, whatever its name', async (_name, content) => {
    const bytes = Buffer.from(content)
    expect(isHarmful(await contentTypeOf(bytes))).toBe(true)
    expect(await upload('patients.csv', bytes)).toEqual([422, 'kernel.harmful_file'])
  })

  it('of another kind is not', async () => {
    const kinds = await Promise.all([csv('Asha,female,1990-01-01'), Buffer.from('{"resourceType":"Patient"}'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])].map(contentTypeOf))
    expect(kinds.some(isHarmful)).toBe(false)
  })
})
