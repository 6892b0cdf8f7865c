import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testAuthority, testCertificate, testCertificateKey } from '../testing/certificates.ts'
import { keepFresh } from './certificates.ts'
import { readConfig } from './config.ts'
import { gatedServer } from './gate.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const folder = temporaryFolder('tls')
const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
let server: ReturnType<typeof gatedServer>
let port = 0

beforeAll(async () => {
  writeFileSync(files.certFile, testCertificate)
  writeFileSync(files.keyFile, testCertificateKey)
  server = gatedServer((_request, response) => void response.end('here'), files)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const ask = (options: object) =>
  new Promise<string>((done) => {
    const sent = request({ host: '127.0.0.1', port, path: '/', servername: 'localhost', agent: false, ...options }, (answer) => void answer.on('data', (chunk: Buffer) => done(chunk.toString())))
    sent.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'failed'))
    sent.end()
  })

describe('a program that speaks TLS itself', () => {
  it('is trusted by who trusts its authority, and by nobody else', async () => {
    expect(await ask({ ca: testAuthority })).toBe('here')
    expect(await ask({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(await ask({ ca: testAuthority, servername: 'elsewhere.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it('speaks nothing older than TLS 1.2, and nothing plain', async () => {
    const old = await new Promise<string>((done) => {
      const socket = connect({ host: '127.0.0.1', port, ca: testAuthority, servername: 'localhost', minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }, () => done('spoken'))
      socket.on('error', () => done('refused'))
    })
    expect(old).toBe('refused')
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  })

  it('takes up a certificate that was renewed, and goes on with the old one while the new one is not whole', async () => {
    const seen: string[] = []
    const end = keepFresh(files, ({ cert }) => void seen.push(cert.toString()), 100)
    writeFileSync(files.certFile, 'half a certif')
    await new Promise((done) => setTimeout(done, 400))
    expect(seen).toEqual([])
    expect(await ask({ ca: testAuthority })).toBe('here')
    writeFileSync(files.certFile, `${testCertificate}\n`)
    await expect.poll(() => seen.length).toBeGreaterThan(0)
    end()
  })

  it('is asked for with both files or not at all', () => {
    expect(() => readConfig({ TRIVENI_TLS_CERT_FILE: '/x' })).toThrow('belong together')
    expect(readConfig({ TRIVENI_TLS_CERT_FILE: '/x', TRIVENI_TLS_KEY_FILE: '/y' }).publicUrl).toBe('https://localhost:3000')
  })
})
