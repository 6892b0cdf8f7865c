import { createServer, type Server, Socket } from 'node:net'

export type ProxyMode = 'pass' | 'refuse' | 'silent' | { delayMilliseconds: number }

/** Stands between the application and its database, and makes the line bad. */
export interface Proxy {
  port: number
  set: (mode: ProxyMode) => void
  close: () => Promise<void>
}

interface Line {
  near: Socket
  far: Socket
}

/** Passes bytes on, each chunk after the delay of the moment and never before an earlier one. */
function forward(from: Socket, to: Socket, mode: () => ProxyMode): void {
  let before: Promise<void> = Promise.resolve()
  from.on('data', (chunk) => {
    const now = mode()
    if (now === 'silent') return
    const delay = typeof now === 'object' ? now.delayMilliseconds : 0
    const due = Date.now() + delay
    before = before.then(async () => {
      if (due > Date.now()) await new Promise((done) => setTimeout(done, due - Date.now()))
      if (!to.destroyed) to.write(chunk)
    })
  })
  from.on('error', () => {})
  from.on('close', () => void before.then(() => to.destroy()))
}

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const state: { mode: ProxyMode } = { mode: 'pass' }
  const lines = new Set<Line>()
  const server: Server = createServer((near) => {
    near.on('error', () => {})
    if (state.mode === 'refuse') return void near.destroy()
    const far = new Socket().connect(target.port, target.host)
    const line = { near, far }
    lines.add(line)
    near.once('close', () => lines.delete(line))
    forward(near, far, () => state.mode)
    forward(far, near, () => state.mode)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const cut = () => {
    for (const { near, far } of lines) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    set: (mode) => {
      state.mode = mode
      // What a silent line swallowed never comes: such connections are of no more use.
      if (mode === 'refuse' || mode === 'pass') cut()
    },
    close: () => new Promise((done) => {
      cut()
      server.close(() => done())
    }),
  }
}
