import pg from 'pg'
import { clearHere, hearInvalidation, onInvalidation } from './caches.ts'
import { errorFields, log } from './log.ts'
import { type Line, lineChannel as channel, overRedis } from './redis-line.ts'

const joined: { by?: 'postgres' | 'redis'; isUp: boolean } = { isUp: false }

/** How this process hears of what others change; `by` is missing in a process that does not serve. */
export const cacheLine = (): Readonly<typeof joined> => joined

async function overPostgres(url: string): Promise<Line> {
  const client = new pg.Client({ connectionString: url, application_name: 'triveni caches', keepAlive: true, pipeline: true })
  const ended = new Promise<void>((done) => client.once('end', done).once('error', () => done()))
  // A dying connection may complain more than once, and nobody listening would end the process.
  client.on('error', () => {})
  client.on('notification', ({ payload }) => hearInvalidation(payload ?? '{}'))
  await client.connect()
  await client.query(`listen ${channel}`)
  return { say: (message) => void client.query('select pg_notify($1, $2)', [channel, message]).catch(() => {}), ended, close: () => client.connection.stream.destroy() }
}

/**
 * Joins the caches of the processes of an installation, by Redis where there is one, else by LISTEN and NOTIFY.
 * After a break everything cached is forgotten, since something may have been missed.
 */
export function joinCaches(options: { databaseUrl: string; redisUrl: string | undefined }): () => Promise<void> {
  const life = { isStopping: false, line: undefined as Line | undefined }
  const loop = async () => {
    while (!life.isStopping) {
      try {
        const line = options.redisUrl === undefined ? await overPostgres(options.databaseUrl) : await overRedis(options.redisUrl, hearInvalidation)
        life.line = line
        joined.isUp = true
        clearHere()
        onInvalidation(line.say)
        await line.ended
      } catch (error) {
        if (!life.isStopping) log('warn', 'other processes cannot be told of changes', errorFields(error))
      }
      joined.isUp = false
      onInvalidation(undefined)
      clearHere()
      if (!life.isStopping) await new Promise((done) => setTimeout(done, 1000).unref())
    }
  }
  joined.by = options.redisUrl === undefined ? 'postgres' : 'redis'
  void loop()
  return async () => {
    life.isStopping = true
    delete joined.by
    life.line?.close()
  }
}
