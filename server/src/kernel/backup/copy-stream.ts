import pg from 'pg'

// What `pg` has and its types leave out.
type Connection = pg.Connection & { sendCopyFromChunk: (chunk: Uint8Array) => void; endCopyFrom: () => void; sendCopyFail: (message: string) => void }


/** A statement that speaks COPY: `pg` hands it the protocol's messages. */
export interface CopyStatement {
  text: string
  /** Rows of ordinary results that come before or after the data, as text. */
  onRow?: (values: readonly (string | null)[]) => void
  /** Each chunk the server sends; a promise holds the server back until it is settled. */
  onData?: (chunk: Buffer) => Promise<void> | void
  /** Called once the server waits for data; send it with `write`. */
  onWanted?: (write: CopyWriter) => Promise<void>
  /** Called when a replication stream is open in both directions. */
  onBoth?: (send: (chunk: Buffer) => void) => void
}

export interface CopyWriter {
  (chunk: Uint8Array): Promise<void>
}

interface Fields {
  fields: (string | null)[]
}

class CopyQuery {
  readonly #statement: CopyStatement
  readonly #settle: { resolve: () => void; reject: (error: unknown) => void }
  #failure: unknown
  #flowing: Promise<void> = Promise.resolve()

  constructor(statement: CopyStatement, settle: { resolve: () => void; reject: (error: unknown) => void }) {
    this.#statement = statement
    this.#settle = settle
  }

  submit(connection: Connection): void {
    const { onBoth } = this.#statement
    if (onBoth !== undefined) connection.once('replicationStart', () => onBoth((chunk) => connection.sendCopyFromChunk(chunk)))
    connection.query(this.#statement.text)
  }
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCommandComplete(): void {}
  handleDataRow(message: Fields): void {
    this.#statement.onRow?.(message.fields.map((field) => (field === null ? null : String(field))))
  }
  handleCopyData(message: { chunk: Buffer }, connection: Connection): void {
    const waiting = this.#statement.onData?.(Buffer.from(message.chunk))
    if (waiting === undefined) return
    connection.stream.pause()
    this.#flowing = this.#flowing.then(() => waiting)
    const mine = this.#flowing
    mine.then(
      () => {
        if (this.#flowing === mine) connection.stream.resume()
      },
      (error: unknown) => {
        this.#failure ??= error
        connection.stream.destroy()
        this.#settle.reject(error)
      },
    )
  }
  handleCopyInResponse(connection: Connection): void {
    const write: CopyWriter = (chunk) =>
      new Promise((done) => {
        connection.sendCopyFromChunk(chunk)
        if (connection.stream.writableNeedDrain) connection.stream.once('drain', () => done())
        else done()
      })
    const wanted = this.#statement.onWanted?.(write) ?? Promise.resolve()
    wanted.then(
      () => connection.endCopyFrom(),
      (error: unknown) => {
        this.#failure = error
        connection.sendCopyFail('the sender failed')
      },
    )
  }
  handleError(error: unknown): void {
    this.#failure ??= error
    this.#settle.reject(this.#failure)
  }
  handleReadyForQuery(): void {
    this.#flowing.then(() => (this.#failure === undefined ? this.#settle.resolve() : this.#settle.reject(this.#failure)), this.#settle.reject)
  }
}

/** Runs a COPY, BASE_BACKUP or START_REPLICATION statement; resolves when the server is ready again. */
export function runCopy(client: pg.Client, statement: CopyStatement): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyQuery(statement, { resolve, reject }) as unknown as pg.Submittable)
  })
}

/** A connection that speaks the replication protocol; it needs the REPLICATION right. */
export async function replicationClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, replication: 'true', application_name: 'triveni backup', keepAlive: true } as pg.ClientConfig)
  client.on('error', () => {})
  await client.connect()
  return client
}

