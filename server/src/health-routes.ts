import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { databaseState, isWatched } from '#kernel/database-watch.ts'
import { withSystem } from '#kernel/db.ts'
import { gateState } from '#kernel/gate.ts'
import { renderMetrics } from '#kernel/metrics.ts'
import { program } from '#kernel/version.ts'

async function answersNow(): Promise<boolean> {
  // The probe's own connection knows; a full pool must not make a process look dead.
  if (isWatched() || databaseState() !== 'ok') return databaseState() === 'ok'
  try {
    await withSystem((query) => query('select 1', []))
    return true
  } catch {
    return false
  }
}

/** Liveness says the process runs; readiness that it should be sent requests. */
export function registerHealth(app: FastifyInstance, metricsToken?: string): void {
  app.get('/health/live', async () => ({ status: 'ok' }))
  for (const path of ['/health', '/health/ready']) {
    app.get(path, async (_request, reply) => {
      const { isDraining } = gateState()
      const database = isDraining || (await answersNow()) ? 'ok' : 'unavailable'
      const isReady = database === 'ok' && !isDraining
      return reply.code(isReady ? 200 : 503).header('cache-control', 'no-store').send({ status: isReady ? 'ok' : isDraining ? 'stopping' : 'unavailable', version: program, checks: { database } })
    })
  }
  app.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken)) return reply.code(404).send()
    return reply.header('cache-control', 'no-store').type('text/plain; version=0.0.4; charset=utf-8').send(await renderMetrics())
  })
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return loopback.has(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined
  const given = Buffer.from(request.headers.authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
