/** A place where so many meet: nobody goes on before all have come. It makes a race of what would be one by luck alone. */
export function meeting(count: number): () => Promise<void> {
  let come = 0
  const all = Promise.withResolvers<void>()
  return () => {
    come += 1
    if (come === count) all.resolve()
    return all.promise
  }
}
