import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { openMail } from '#kernel/mail.ts'

export interface Letter {
  to: string
  text: string
}

export interface Mailbox {
  letters: Letter[]
  /** Refuses every mail until it is opened again. */
  isShut: boolean
  close: () => Promise<void>
}

const decoded = (raw: string): string => {
  if (/^content-type: multipart\//im.test(raw)) return raw
  const [, body = ''] = raw.split(/\r?\n\r?\n([\s\S]*)/)
  const isBase64 = /content-transfer-encoding: base64/i.test(raw)
  return isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** A real mail server on loopback that keeps what it is given, and the way of the server under test to it. */
export async function openMailbox(): Promise<Mailbox> {
  const letters: Letter[] = []
  const box = { letters, isShut: false }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (box.isShut) return done(Object.assign(new Error('try later'), { responseCode: 451 }))
        letters.push({ to: session.envelope.rcptTo.map((one) => one.address).join(), text: decoded(Buffer.concat(chunks).toString('utf8')) })
        done()
      })
    },
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  openMail(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, 'Triveni <no-reply@triveni.example>')
  const close = async () => {
    openMail(undefined, '')
    await new Promise<void>((done) => server.close(() => done()))
  }
  return Object.assign(box, { close })
}
