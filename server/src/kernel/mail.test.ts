import { createTransport } from 'nodemailer'
import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { mailOptions } from './mail.ts'

describe('a mail server', () => {
  it('on another machine is never spoken to without TLS, unless its address says so', () => {
    const required = (url: string) => mailOptions(url).requireTLS
    expect([required('smtp://u:p@mail.hospital.example:587'), required('smtp://10.0.0.7'), required('smtp://mail.hospital.lan?plain=1')]).toEqual([true, true, false])
    expect([required('smtp://localhost:25'), required('smtp://127.0.0.1:25'), required('smtps://mail.hospital.example')]).toEqual([false, false, false])
    expect(mailOptions('smtp://mail.hospital.lan?plain=1&from=a@b.example').url).not.toContain('plain')
  })

  it('that offers no TLS gets no mail when it is required', async () => {
    let taken = 0
    const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], onData: (stream, _session, done) => stream.on('end', () => done(((taken += 1), null))).resume() })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const address = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`
    const mail = { from: 'a@x.example', to: 'b@x.example', subject: 'code', text: '123456' }
    await expect(createTransport({ ...mailOptions(address), requireTLS: true }).sendMail(mail)).rejects.toThrow()
    expect(taken).toBe(0)
    await createTransport(mailOptions(address)).sendMail(mail)
    expect(taken).toBe(1)
    await new Promise<void>((done) => server.close(() => done()))
  })
})
