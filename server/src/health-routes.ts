import type { FastifyInstance } from 'fastify'
import { databaseState, isWatched } from '#kernel/database-watch.ts'
import { withSystem } from '#kernel/db.ts'
import { gateState } from '#kernel/gate.ts'
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
export function registerHealth(app: FastifyInstance): void {
  app.get('/health/live', async () => ({ status: 'ok' }))
  for (const path of ['/health', '/health/ready']) {
    app.get(path, async (_request, reply) => {
      const { isDraining } = gateState()
      const database = isDraining || (await answersNow()) ? 'ok' : 'unavailable'
      const isReady = database === 'ok' && !isDraining
      return reply.code(isReady ? 200 : 503).header('cache-control', 'no-store').send({ status: isReady ? 'ok' : isDraining ? 'stopping' : 'unavailable', version: program, checks: { database } })
    })
  }
}
