import { beforeAll, describe, expect, it } from 'vitest'
import { testHospital, type TestHospital } from '../../testing/hospital.ts'
import { passwordFits } from './passwords.ts'
import * as repo from './repo.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  await hospital.query("update users set is_active = false where email = 'cashier@general.example'")
  await hospital.query("delete from credentials where user_id = $1", [hospital.userId('auditor')])
})

/** Why a sign-in is refused; only the server may know which it was. */
const reasons: Record<string, [string, string]> = {
  unknown: ['nobody@general.example', 'three-rivers-meet'], wrong: ['nurse@general.example', 'four-rivers-part'], inactive: ['cashier@general.example', 'three-rivers-meet'], invited: ['auditor@general.example', 'three-rivers-meet'],
}
type Times = Record<string, number[]>
type Ask = (email: string, password: string) => Promise<unknown>

/** Milliseconds of each reason, asked in turn so that whatever else the machine does falls on all alike. */
async function measure(names: readonly string[], ask: Ask, rounds: number): Promise<Times> {
  const times: Times = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -2; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await hospital.query('delete from sign_in_throttles')
      const since = performance.now()
      await ask(...(reasons[name] ?? ['', '']))
      if (round >= 0) times[name]?.push(performance.now() - since)
    }
  }
  return times
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

/** Mann-Whitney: how often one of the first takes longer than one of the second; a half when nothing tells them apart. */
const oftener = (first: readonly number[], second: readonly number[]): number => first.reduce((sum, one) => sum + second.filter((other) => one > other).length + second.filter((other) => one === other).length / 2, 0) / (first.length * second.length)

/** Pairs that the clock tells apart: by rank beyond four standard deviations of chance, and by more than a timer's grain. */
function distinct(times: Times, rounds: number): [string, string, string][] {
  const names = Object.keys(times)
  const chance = Math.sqrt((2 * rounds + 1) / (12 * rounds * rounds))
  return names.flatMap((name, index) => names.slice(index + 1).flatMap((other): [string, string, string][] => {
    const [one, two] = [times[name] ?? [], times[other] ?? []]
    return Math.abs(oftener(one, two) - 0.5) > 4 * chance && Math.abs(median(one) - median(two)) > 4 ? [[name, other, `${name} ${median(one).toFixed(1)} ms, ${other} ${median(two).toFixed(1)} ms`]] : []
  }))
}

/** Pairs that are told apart, and again when they are measured alone and for longer: what a machine did by chance it does not do to the same pair twice. */
async function toldApart(names: readonly string[], ask: Ask): Promise<string[]> {
  const found: string[] = []
  for (const [one, other] of distinct(await measure(names, ask, 16), 16)) {
    for (const [, , text] of distinct(await measure([one, other], ask, 40), 40)) found.push(text)
  }
  return found
}

const signIn = (email: string, password: string) => hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email, password } })

describe('a sign-in that is refused', () => {
  it('says the same whatever the reason', async () => {
    const said = new Set<string>()
    for (const [email, password] of Object.values(reasons)) {
      const answer = await signIn(email, password)
      said.add(JSON.stringify([answer.statusCode, answer.headers['set-cookie'], answer.headers['retry-after'], Object.keys(answer.headers).toSorted(), answer.body.replace(/"requestId":"[^"]*"/, '')]))
    }
    expect([...said]).toHaveLength(1)
  })

  it('takes the same time whatever the reason', async () => {
    expect(await toldApart(Object.keys(reasons), signIn)).toEqual([])
  })

  it('says the same in a pause, whether there is such an account', async () => {
    const pausedFor = async (email: string) => {
      await hospital.query('delete from sign_in_throttles')
      for (let time = 0; time < 5; time += 1) await signIn(email, 'four-rivers-part')
      const answer = await signIn(email, 'four-rivers-part')
      return JSON.stringify([answer.statusCode, answer.headers['retry-after'], answer.body.replace(/"requestId":"[^"]*"/, '')])
    }
    // The seconds that are left are those since the last attempt: on a slow machine one of the two may have lost a second more.
    const isSame = async () => {
      const [nobody, nurse] = [await pausedFor('nobody@general.example'), await pausedFor('nurse@general.example')]
      expect([nobody, nurse]).toEqual([expect.stringContaining('429'), expect.stringContaining('429')])
      return nobody === nurse
    }
    await expect.poll(isSame, { timeout: 120_000 }).toBe(true)
  })

  it('would be told apart when an unknown name were answered early', async () => {
    const careless = async (email: string, password: string) => {
      const name = await repo.findSignIn(email)
      return name === undefined ? false : passwordFits((await hospital.query<{ password_hash: string }>('select password_hash from credentials where user_id = $1', [name.user_id]))[0]?.password_hash, password)
    }
    expect(await toldApart(['unknown', 'wrong'], careless)).toHaveLength(1)
  })
})
