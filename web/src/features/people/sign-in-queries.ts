import { queryOptions } from '@tanstack/react-query'
import type { AnswerOf } from '#contract/define.ts'
import type { people } from '#contract/people.ts'
import { send } from '../../kernel/api.ts'

// Types of the contract only: its schemas are not needed before the sign-in, and the first page is small without them.
type SignedIn = AnswerOf<(typeof people)['signIn']>
type DemoSignIns = AnswerOf<(typeof people)['demoSignIns']>

export const signIn = async (body: { email: string; password: string }): Promise<SignedIn> => (await send('POST', '/auth/sign-in', { body })).json()

export const demoQuery = queryOptions({ queryKey: ['people', 'demo'], queryFn: async (): Promise<DemoSignIns> => (await send('GET', '/auth/demo')).json(), staleTime: 600_000, retry: false })
