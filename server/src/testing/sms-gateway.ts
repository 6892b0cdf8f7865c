import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openSms } from '#kernel/sms.ts'

export interface SmsGatewayServer {
  /** What was taken, oldest first. */
  messages: { to: string; text: string; authorization: string; contentType: string }[]
  /** Answers 503 until it is opened again. */
  isShut: boolean
  close: () => Promise<void>
}

/** A real gateway on loopback that keeps what it is given, and the way of the server under test to it. */
export async function openSmsGateway(fields = 'to,from,text'): Promise<SmsGatewayServer> {
  const gateway: SmsGatewayServer = { messages: [], isShut: false, close: async () => {} }
  const [to = '', , text = ''] = fields.replace('form:', '').split(',')
  const server = createServer(async (request, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks).toString('utf8')
    const contentType = request.headers['content-type'] ?? ''
    const found = (contentType.includes('json') ? JSON.parse(raw) : Object.fromEntries(new URLSearchParams(raw))) as Record<string, string>
    if (gateway.isShut) return void answer.writeHead(503).end()
    gateway.messages.push({ to: found[to] ?? '', text: found[text] ?? '', authorization: request.headers.authorization ?? '', contentType })
    answer.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"queued"}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  openSms({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`, token: 'a-key-of-the-gateway', from: 'TRIVENI', fields })
  gateway.close = () => {
    openSms(undefined)
    return new Promise<void>((done) => server.close(() => done()))
  }
  return gateway
}
