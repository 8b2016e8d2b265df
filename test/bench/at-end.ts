/**
 * What a bench leaves when it is interrupted: each thing that it has started is ended here, however it ends. What runs at the end
 * of a process cannot wait, so each does its work at once.
 */
const things = new Set<() => void>()

/** @returns what to call once it was ended the usual way */
export function atEnd(end: () => void): () => void {
  if (things.size === 0 && process.listenerCount('exit', endAll) === 0) {
    process.once('exit', endAll)
    for (const [signal, code] of SIGNALS) process.once(signal, () => process.exit(code))
  }
  things.add(end)
  return () => void things.delete(end)
}

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

/** The latest first: processes go before the server that they use. */
function endAll(): void {
  for (const end of [...things].toReversed()) end()
}
