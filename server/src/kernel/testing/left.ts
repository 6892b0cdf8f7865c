const left: (() => unknown)[] = []

/** Has something closed before the next file of the same worker opens its own: vitest takes no hook from within a hook. */
export const leave = (close: () => unknown): void => void left.push(close)

/** Closes what files before this one left, the last first. */
export async function closeLeft(): Promise<void> {
  for (const close of left.splice(0).toReversed()) await close()
}
