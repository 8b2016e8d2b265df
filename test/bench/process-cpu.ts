import { readdirSync, readFileSync } from 'node:fs'

// The kernel counts in hundredths of a second on every Linux that Node runs on (USER_HZ).
const TICKS_PER_SECOND = 100

/** Processor seconds that a process has used so far; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid)
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : Number.NaN
}

/** The same for a server and all its processes, those that have ended included. */
export function cpuSecondsOfServer(postmasterPid: number): number {
  const own = statOf(postmasterPid)
  if (!own) return Number.NaN
  const ended = (Number(own[13]) + Number(own[14])) / TICKS_PER_SECOND
  const children = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && statOf(Number(name))?.[1] === String(postmasterPid),
  )
  return children.reduce(
    (total, pid) => total + (cpuSeconds(Number(pid)) || 0),
    cpuSeconds(postmasterPid) + ended,
  )
}

/** The fields behind the command's name: 0 state, 1 parent, 11 user time, 12 system time, 13 and 14 of ended children. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
