import { parseArgs } from 'node:util'

const PARTS = [
  'intake',
  'checkout',
  'reconcile',
  'start',
  'reports',
  'exports',
  'import',
  'attack',
  'widget',
  'scale',
] as const
export type Part = (typeof PARTS)[number]

/** How much is measured. More rounds make a median that a noisy machine disturbs less. */
type BenchSize = {
  /** How many turns each contender gets, and how long one is. */
  readonly rounds: number
  readonly sliceMs: number
  readonly connections: readonly number[]
  /** Donations that each contender's database holds before the first turn. */
  readonly preloaded: number
  /** Checkouts in one round of the checkout part, and those before it that do not count. */
  readonly callsPerRound: number
  readonly warmUpCalls: number
  /** Balance transactions that the reconcile part synchronises as fast as it can, and at the pace of Stripe's limits. */
  readonly unpacedCounts: readonly number[]
  readonly pacedCounts: readonly number[]
  /** How often the service is started from nothing, and started again. */
  readonly starts: number
  /** Databases with so many gifts, and how often each report is asked there. */
  readonly gifts: readonly number[]
  readonly asks: number
  /** Gifts that are folded after the others, a few at a time. */
  readonly foldedGifts: number
  /** Items that are open while the page of a month is read. */
  readonly openItems: number
  /** Donations in the exported file, and how often it is read. */
  readonly exportedDonations: number
  readonly exportRounds: number
  /** Gifts of a former system in one file. */
  readonly importedGifts: number
  /** Web and worker processes of each kind beside each other, and over how many connections they are driven. */
  readonly processes: readonly number[]
  readonly scaleConnections: number
  /** Checkouts that the attack part asks for, and from how many addresses each time. */
  readonly attempts: number
  readonly addresses: readonly number[]
}

const CONTENDERS = ['minimal', 'postgres', 'peer'] as const
type ContenderName = (typeof CONTENDERS)[number]

export type BenchOptions = BenchSize & {
  readonly parts: readonly Part[]
  /** Who the intake is measured against. */
  readonly against: readonly ContenderName[]
  /** Another checkout of this service, measured beside this one; null: none. */
  readonly other: string | null
  /** Where the databases of the reports are kept for another run; null: they are removed. */
  readonly keep: string | null
  /** Only reports whose name contains this text are asked; null: all. */
  readonly only: string | null
  /** After the intake's rounds: what our process spends its time on. */
  readonly profile: boolean
}

const FULL: BenchSize = {
  rounds: 20,
  sliceMs: 500,
  connections: [1, 8, 32, 128],
  preloaded: 50_000,
  callsPerRound: 40,
  warmUpCalls: 600,
  unpacedCounts: [25_000, 100_000],
  pacedCounts: [100_000],
  starts: 10,
  gifts: [1_000_000],
  asks: 40,
  foldedGifts: 2_000,
  openItems: 1_000_000,
  exportedDonations: 1_000_000,
  exportRounds: 3,
  importedGifts: 100_000,
  processes: [1, 2, 4],
  scaleConnections: 128,
  attempts: 20_000,
  addresses: [1, 5_000],
}

// Shows that every part still runs. Nobody should read these figures.
const SHORT: BenchSize = {
  rounds: 2,
  sliceMs: 100,
  connections: [4],
  preloaded: 500,
  callsPerRound: 5,
  warmUpCalls: 5,
  unpacedCounts: [2_000],
  pacedCounts: [],
  starts: 1,
  gifts: [3_000],
  asks: 3,
  foldedGifts: 100,
  openItems: 1_000,
  exportedDonations: 2_000,
  exportRounds: 1,
  importedGifts: 2_000,
  processes: [1, 2],
  scaleConnections: 4,
  attempts: 1_000,
  addresses: [1, 250],
}

export const USAGE = `npm run bench -- [intake] [checkout] [reconcile] [start] [reports] [exports] [import] [attack] [widget] [scale] [--short] [--rounds 20] [--seconds 0.5] [--connections 1,8,32,128]
    [--against minimal,postgres,peer] [--other DIRECTORY] [--profile] [--gifts 1000000,5000000] [--keep DIRECTORY] [--only TEXT]
  --short    runs every part as briefly as it can: its figures mean nothing
  --against  measures the intake against these only
  --other    measures the intake of another checkout of this service, too
  --gifts    measures the reports on databases with so many gifts
  --keep     leaves these databases in a directory, and takes them from there the next time
  --only     asks only the reports whose name contains a text, and folds nothing
  --profile  shows what our process spends its time on, after the intake's rounds\n`

/** @throws TypeError for a part, an option or a number that it does not know */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string' },
      against: { type: 'string' },
      other: { type: 'string' },
      profile: { type: 'boolean', default: false },
      gifts: { type: 'string' },
      keep: { type: 'string' },
      only: { type: 'string' },
    },
  })
  const size = values.short ? SHORT : FULL
  const named = positionals.map((name) => oneOf(PARTS, name))
  return {
    ...size,
    parts: named.length > 0 ? named : PARTS,
    against:
      values.against
        ?.split(',')
        .filter(Boolean)
        .map((name) => oneOf(CONTENDERS, name)) ?? CONTENDERS,
    other: values.other ?? null,
    keep: values.keep ?? null,
    only: values.only ?? null,
    rounds: values.rounds === undefined ? size.rounds : positive(values.rounds),
    sliceMs: values.seconds === undefined ? size.sliceMs : positive(values.seconds) * 1000,
    connections: values.connections?.split(',').map(positive) ?? size.connections,
    profile: values.profile,
    gifts: values.gifts?.split(',').map(positive) ?? size.gifts,
  }
}

function oneOf<Name extends string>(names: readonly Name[], name: string): Name {
  const known = names.find((one) => one === name)
  if (!known) throw new TypeError(`there is no ${name}: ${names.join(', ')}`)
  return known
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new TypeError(`${text} is no number above zero`)
  return number
}
