import { useEffect } from 'react'
import type { Query } from '@tanstack/react-query'
import { queryClient } from './query.ts'

interface Change {
  module: string
  id: string | null
}

const keyOf: Record<string, string> = { interop: 'imports' }
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const gatherMilliseconds = 400

// What these show is a patient's: it is asked for, and so audited, only when that record or a list changed.
const personal = new Set(['patients', 'encounters', 'clinical', 'medications', 'privacy', 'access'])

function isTouched({ queryKey }: Query, { module, id }: Change): boolean {
  if (queryKey[0] !== (keyOf[module] ?? module)) return false
  if (!personal.has(module)) return true
  const isList = !queryKey.some((part) => typeof part === 'string' && uuid.test(part))
  return isList || (id !== null && queryKey.includes(id))
}

/** Asks again for what is on the screen when somebody else changes it; a hidden page asks when it is looked at. */
export function useLive(facilityId: string): void {
  useEffect(() => {
    const life: { isOver: boolean; close?: () => void } = { isOver: false }
    let waiting: Change[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      const changes = waiting
      waiting = []
      void queryClient.invalidateQueries({ predicate: (query) => changes.some((change) => isTouched(query, change)), refetchType: document.hidden ? 'none' : 'active' })
    }
    void import('socket.io-client').then(({ io }) => {
      if (life.isOver) return
      const socket = io({ path: '/socket.io', transports: ['websocket'], reconnectionDelayMax: 30_000 })
      life.close = () => void socket.disconnect()
      socket.on('connect', () => {
        socket.emit('watch', facilityId)
      })
      socket.on('changed', (changes: Change[]) => {
        waiting.push(...changes)
        // Not all screens of a hospital at the same instant.
        timer ??= setTimeout(refresh, gatherMilliseconds * (1 + Math.random()))
      })
    })
    return () => {
      life.isOver = true
      clearTimeout(timer)
      life.close?.()
    }
  }, [facilityId])
}
