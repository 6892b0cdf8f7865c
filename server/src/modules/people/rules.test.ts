import { describe, expect, it } from 'vitest'
import { isCommonPassword, passwordWeakness, waitSeconds } from './rules.ts'

const rule = { freeFailures: 5, firstDelaySeconds: 30, longestDelaySeconds: 300, quietSeconds: 900 }

describe('the pause after failures', () => {
  it.each([[0, 0], [4, 0], [5, 30], [6, 60], [7, 120], [8, 240], [9, 300], [1000, 300], [1_000_000, 300]])('after %i is %i seconds', (failures, seconds) => expect(waitSeconds({ failures, lastAt: 0 }, 0, rule)).toBe(seconds))
  it('never becomes a lock: the longest pause ends, and a quiet time ends the count', () => {
    expect(waitSeconds({ failures: 1_000_000, lastAt: 0 }, 300_000, rule)).toBe(0)
    expect(waitSeconds({ failures: 1_000_000, lastAt: 0 }, 900_001, { ...rule, longestDelaySeconds: 3600 })).toBe(0)
  })
})

describe('a new password', () => {
  const owner = { names: ['Asha Menon', 'asha@general.example'], isAdmin: false, isClassic: false }
  it.each([
    ['correct horse', owner, undefined], ['elevenchars', owner, 'too_short'], ['fourteen signs', { ...owner, isAdmin: true }, 'too_short'], ['fifteen letters', { ...owner, isAdmin: true }, undefined], ['password123456', owner, 'too_common'], ['hospital2026!', owner, 'too_common'],
    ['aaaaaaaaaaaaaa', owner, 'too_common'], ['123456789012345', owner, 'too_common'], ['asha1234567890', owner, 'own_name'], ['menon lives by the river', owner, undefined], ['menonmenon-xyz', owner, 'own_name'], ['no capitals here', { ...owner, isClassic: true }, 'too_simple'], ['\u0930\u093e\u092e \u0928\u0926\u0940 \u0938\u0902\u0917\u092e \u0924\u0940\u0928', owner, undefined], ['x y'.repeat(60), { ...owner, names: [] }, 'too_common'], ['three rivers meet '.repeat(10), owner, undefined],
  ] as const)('«%s» is judged', (password, whose, weakness) => expect(passwordWeakness(password, whose)).toBe(weakness))
  it('is one of a list also with digits and signs around it', () => expect([isCommonPassword('!!sunshine2024', ['sunshine']), isCommonPassword('sunshine over the river', ['sunshine'])]).toEqual([true, false]))
})
