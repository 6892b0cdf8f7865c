import { queryClient } from '../../../kernel/query.ts'
import { touched } from '../queries.ts'

/** Asks again for all that a write of assets changes. */
export const renewed = (): void => {
  for (const queryKey of touched) void queryClient.invalidateQueries({ queryKey })
}
