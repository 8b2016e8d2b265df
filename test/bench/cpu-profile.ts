/** The parts of V8's profile that are read here (Chrome DevTools protocol, Profiler.Profile). */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  /** Microseconds of the machine's monotonic clock, as `process.hrtime` tells it. */
  readonly startTime: number
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

type Times = readonly (readonly [name: string, ms: number])[]

/**
 * Self time by function and by file or package, longest first, without the time in which nothing ran.
 * @param fromMicroseconds what came before does not count: starting up, compiling
 */
export function selfTimes(
  profile: CpuProfile,
  fromMicroseconds: number,
): { busyMs: number; functions: Times; rooms: Times } {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const functions = new Map<string, number>()
  const rooms = new Map<string, number>()
  let busyMs = 0
  let now = profile.startTime
  for (const [at, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[at] ?? 0
    now += delta
    const frame = now < fromMicroseconds ? null : frames.get(id)
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(program)') continue
    const ms = delta / 1000
    const room = roomOf(frame.url, frame.functionName)
    const line = frame.url === '' ? '' : ` (${room}:${frame.lineNumber + 1})`
    add(functions, `${frame.functionName || 'anonymous'}${line}`, ms)
    add(rooms, room, ms)
    busyMs += ms
  }
  return { busyMs, functions: longestFirst(functions), rooms: longestFirst(rooms) }
}

/** `pg-protocol`, `src/http/strict-json.ts`, `node:internal/streams`, or what V8 itself does. */
function roomOf(url: string, functionName: string): string {
  const ofPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (ofPackage) return ofPackage
  if (url.startsWith('node:')) return url
  return /\/(src\/.*)$/.exec(url)?.[1] ?? (functionName.startsWith('(') ? functionName : 'built in')
}

function add(times: Map<string, number>, name: string, ms: number): void {
  times.set(name, (times.get(name) ?? 0) + ms)
}

function longestFirst(times: ReadonlyMap<string, number>): Times {
  return [...times].toSorted(([, a], [, b]) => b - a)
}
