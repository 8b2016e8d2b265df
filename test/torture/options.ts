import { parseArgs } from 'node:util'

export type Options = {
  readonly seed: number
  /** Events at least, each sent one to five times. */
  readonly events: number
  /** Events that arrive while no worker runs. */
  readonly backlog: number
  /** How often a process gets SIGKILL. */
  readonly kills: number
  /** How often PostgreSQL is stopped at once, without a checkpoint. */
  readonly stops: number
  /** Webhooks at the same time. */
  readonly connections: number
  /** Goes on with further rounds for so long; 0: one round. */
  readonly minutes: number
}

export const USAGE = `npm run torture -- [--seed 7] [--events 20000] [--backlog 10000] [--kills 20] [--stops 5] [--connections 64] [--minutes 0]
  --seed         any whole number; the same one plays the same lives
  --events       Stripe's events at least; each is sent one to five times, in any order
  --backlog      further events that arrive while no worker runs
  --kills        how often a web or worker process gets SIGKILL
  --stops        how often PostgreSQL is stopped without a checkpoint
  --connections  how many webhooks come at the same time
  --minutes      a soak: goes on with further rounds for so long\n`

/** @throws TypeError for an unknown option or a value out of range */
export function tortureOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '7' },
      events: { type: 'string', default: '20000' },
      backlog: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '20' },
      stops: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      minutes: { type: 'string', default: '0' },
    },
  })
  return {
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31),
    events: wholeNumber('events', values.events, 1, 1_000_000),
    backlog: wholeNumber('backlog', values.backlog, 0, 1_000_000),
    kills: wholeNumber('kills', values.kills, 0, 1_000),
    stops: wholeNumber('stops', values.stops, 0, 100),
    connections: wholeNumber('connections', values.connections, 1, 500),
    minutes: wholeNumber('minutes', values.minutes, 0, 10_000),
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new TypeError(`--${name} takes a whole number from ${least} to ${most}`)
}
