import { type Lifecycle, allowedSteps } from '#contract/common/lifecycle.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'

/** The state after a step; 409 `lifecycle.illegal_step` naming the legal ones otherwise. */
export function takeStep<State extends string, Step extends string>(table: Lifecycle<State, Step>, state: string, step: Step): State {
  const known = table.states.find((one) => one === state)
  const transition = table.steps[step]
  if (known === undefined || !transition.from.includes(known)) {
    throw new AppError(lifecycleErrors.illegal_step, { allowed: known === undefined ? [] : allowedSteps(table, known) })
  }
  return transition.to
}
