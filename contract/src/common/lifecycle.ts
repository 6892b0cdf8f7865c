/** A declared table of states and steps: the server refuses other steps, the web shows the right buttons. */
export interface Lifecycle<State extends string, Step extends string> {
  readonly initial: State
  readonly states: readonly State[]
  readonly steps: { readonly [K in Step]: { readonly from: readonly State[]; readonly to: State } }
}

/** Declares a lifecycle; its names are checked by the compiler. */
export function lifecycle<const State extends string, const Step extends string>(table: Lifecycle<State, Step>): Lifecycle<State, Step> {
  return table
}

/** Steps that may be taken from a state. */
export function allowedSteps<State extends string, Step extends string>(table: Lifecycle<State, Step>, state: State): Step[] {
  const steps = Object.keys(table.steps) as Step[]
  return steps.filter((step) => table.steps[step].from.includes(state))
}
