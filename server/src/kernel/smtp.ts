import { connect as connectPlain, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'

export interface Mail {
  to: readonly string[]
  subject: string
  text: string
}

interface Session {
  socket: Socket
  /** Sends a line and resolves with the answer; rejects unless it begins with one of the codes. */
  say: (line: string | undefined, codes: readonly string[]) => Promise<string>
}

function sessionOn(socket: Socket): Session {
  const waiting: ((answer: string) => void)[] = []
  let answer = ''
  const lines = createInterface({ input: socket })
  lines.on('line', (line) => {
    answer += `${line}\n`
    if (line[3] === '-') return
    waiting.shift()?.(answer)
    answer = ''
  })
  const say: Session['say'] = (line, codes) =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new Error('the mail server went away'))
      socket.once('close', fail)
      waiting.push((given) => {
        socket.off('close', fail)
        if (codes.some((code) => given.startsWith(code))) resolve(given)
        else reject(new Error(`the mail server answered ${given.slice(0, 3)}`))
      })
      if (line !== undefined) socket.write(`${line}\r\n`)
    })
  return { socket, say }
}

const within = (socket: Socket): Socket => socket.setTimeout(10_000, () => socket.destroy(new Error('the mail server is silent')))

async function greet(url: URL): Promise<Session> {
  const isTls = url.protocol === 'smtps:'
  const port = Number(url.port || (isTls ? 465 : 587))
  const socket = within(isTls ? connectTls({ host: url.hostname, port, servername: url.hostname }) : connectPlain(port, url.hostname))
  socket.on('error', () => {})
  const session = sessionOn(socket)
  await session.say(undefined, ['220'])
  const offers = await session.say(`EHLO ${hostname()}`, ['250'])
  if (isTls || !/STARTTLS/i.test(offers)) return session
  await session.say('STARTTLS', ['220'])
  const secured = within(connectTls({ socket, servername: url.hostname }))
  secured.on('error', () => {})
  const safe = sessionOn(secured)
  await safe.say(`EHLO ${hostname()}`, ['250'])
  return safe
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').slice(0, 200)

/** Sends one plain mail; encrypted when the server offers it. `smtp://user:password@host:587?from=…` */
export async function sendMail(address: string, mail: Mail): Promise<void> {
  const url = new URL(address)
  const from = url.searchParams.get('from') ?? (url.username.includes('%40') ? decodeURIComponent(url.username) : `triveni@${url.hostname}`)
  const { socket, say } = await greet(url)
  try {
    if (url.username !== '') await say(`AUTH PLAIN ${Buffer.from(`\0${decodeURIComponent(url.username)}\0${decodeURIComponent(url.password)}`).toString('base64')}`, ['235'])
    await say(`MAIL FROM:<${oneLine(from)}>`, ['250'])
    for (const one of mail.to) await say(`RCPT TO:<${oneLine(one)}>`, ['250', '251'])
    await say('DATA', ['354'])
    const body = mail.text.replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..')
    await say(`From: ${oneLine(from)}\r\nTo: ${mail.to.map(oneLine).join(', ')}\r\nSubject: ${oneLine(mail.subject)}\r\nDate: ${new Date().toUTCString()}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n.`, ['250'])
    await say('QUIT', ['221'])
  } finally {
    socket.destroy()
  }
}
