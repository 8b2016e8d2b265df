import { describe, expect, it } from 'vitest'
import { room, sourceFiles, withoutComments, type SourceFile } from './source-files.ts'

/** Who may import whom, so that a file's name goes on telling the truth about it. */

// Rooms of the house's own subject: here a bare noun promises a pure file.
const PURE_ROOMS = new Set(
  'access calendar checkout donations inbox ledger mail money newsroom outbox processing receipts reconciliation refunds reports settlement subscriptions sync text text/en verification'.split(
    ' ',
  ),
)
const ROLE = /-(store|routes|worker|view|gateway|middleware)\.ts$/

/** Bare nouns of those rooms that are not pure, each with its reason. */
const NOT_PURE = new Map([
  ['checkout/checkout-service.ts', 'puts the parts of both checkout routes together'],
  [
    'processing/apply-batch.ts',
    'the body of the apply worker: stores and pure rules in one database transaction',
  ],
  ['processing/load-batch.ts', 'the first half of it: reading and loading'],
  ['refunds/make-refund.ts', 'a refund from our pages: stores, pure rules and Stripe, one after the other'],
  ['reconciliation/close-month.ts', 'closes a month in one database transaction: stores and pure rules'],
  ['verification/verify.ts', 'reads the tables in one database transaction and then asks Stripe'],
  ['verification/inbox-derivation.ts', 'its first part: the inbox, read and decided over'],
  ['verification/table-pass.ts', 'its second part: stores and pure checks, table by table'],
  ['verification/settlement-pass.ts', 'its last part: the same for Stripe’s own books'],
  ['mail/captured-mailer.ts', 'a mailer that writes to a folder instead of the network'],
  ['mail/mail-kinds.ts', 'reads from several stores what a mail says'],
  ['receipts/receipt-pdf.ts', 'pdfkit draws into a stream'],
  ['receipts/receipt-fonts.ts', 'reads font files'],
])

/** Pure files of other rooms that these may lean on. */
const PURE_ELSEWHERE = new Set([
  'ids.ts',
  'http/refusal.ts',
  'http/parse.ts',
  'html/layout.ts',
  'stripe/field-schema.ts',
  'stripe/handled-event-types.ts',
])
const PURE_PACKAGES = new Set(['zod', 'zod-openapi', 'hono/html', 'i18next', 'temporal-polyfill'])

const CLOCK_OR_CHANCE =
  /\bnew Date\(\)|\bDate\.now\(|\bperformance\.|Math\.random|randomUUID|randomBytes|\bprocess\./

function isPure(name: string): boolean {
  if (PURE_ELSEWHERE.has(name) || name.startsWith('stripe/events/')) return true
  // A view is a plain function of its input. The offline Stripe is a small house of its own.
  if (name.endsWith('-view.ts') && !name.startsWith('stripe-sandbox/')) return true
  return PURE_ROOMS.has(room(name)) && !ROLE.test(name) && !NOT_PURE.has(name)
}

function isStandIn(name: string): boolean {
  return name.startsWith('stripe-sandbox/') || name === 'db/embedded.ts'
}

const pureFiles = sourceFiles.filter(({ name }) => isPure(name))

/** What breaks a rule, as lines to read; none is expected. */
function breaches(files: readonly SourceFile[], found: (file: SourceFile) => readonly string[]): string[] {
  return files.flatMap((file) => found(file).map((what) => `${file.name}: ${what}`))
}

const named =
  (...names: string[]) =>
  (file: SourceFile) =>
    names.includes(file.name)
const except = (...names: string[]) => sourceFiles.filter((file) => !named(...names)(file))
const matches = (pattern: RegExp) => (file: SourceFile) =>
  Array.from(file.code.matchAll(new RegExp(pattern, 'g')), ([text]) => text.trim())

describe('1. pure files', () => {
  it('are there to be looked at, and every exception still exists', () => {
    expect(pureFiles.length).toBeGreaterThan(30)
    const names = new Set(sourceFiles.map(({ name }) => name))
    expect([...NOT_PURE.keys(), ...PURE_ELSEWHERE].filter((name) => !names.has(name))).toEqual([])
  })

  it('import only pure files', () => {
    const impure = breaches(pureFiles, (file) =>
      file.imports
        .filter(({ from }) => {
          if (from.endsWith('.ts')) return !isPure(from)
          // A digest depends on nothing but its input.
          if (from === 'node:crypto') return !/import \{ createHash \} from 'node:crypto'/.test(file.code)
          return !PURE_PACKAGES.has(from)
        })
        .map(({ from }) => from),
    )
    expect(impure).toEqual([])
  })

  it('know no clock, no chance and no environment', () => {
    expect(breaches(pureFiles, matches(CLOCK_OR_CHANCE))).toEqual([])
  })
})

describe('2. stores', () => {
  it('receive the database transaction and never open one', () => {
    const stores = sourceFiles.filter(({ name }) => name.endsWith('-store.ts'))
    expect(stores.length).toBeGreaterThan(10)
    expect(breaches(stores, matches(/\.transaction\(|\binTransaction\b|'(begin|commit|rollback)'/))).toEqual(
      [],
    )
  })
})

describe('3. routes, workers, views and middleware', () => {
  it('hold no SQL', () => {
    const composers = sourceFiles.filter(({ name }) => /-(routes|worker|view|middleware)\.ts$/.test(name))
    expect(composers.length).toBeGreaterThan(15)
    const sql =
      /\.raw\(|\.query\(|\b(db|knex|tx)(<[^>]*>)?\('|\b(select|insert into|delete from)\s+[a-z_*]+\s/
    expect(breaches(composers, matches(sql))).toEqual([])
  })
})

describe('4. one place each', () => {
  it('the Stripe SDK only in stripe/ and in the offline Stripe', () => {
    const elsewhere = sourceFiles.filter(({ name }) => !/^stripe(-sandbox)?\//.test(name))
    expect(
      breaches(elsewhere, ({ imports }) =>
        imports.map(({ from }) => from).filter((from) => /^stripe(\/(?!.*\.ts$)|$)/.test(from)),
      ),
    ).toEqual([])
  })

  it('the offline Stripe imports nothing of the service but money/', () => {
    const offline = sourceFiles.filter(({ name }) => name.startsWith('stripe-sandbox/'))
    expect(offline.length).toBeGreaterThan(30)
    expect(
      breaches(offline, ({ imports }) =>
        imports
          .map(({ from }) => from)
          .filter((from) => from.endsWith('.ts') && !/^(stripe-sandbox|money)\//.test(from)),
      ),
    ).toEqual([])
  })

  it('the environment only in config.ts', () => {
    expect(breaches(except('config/config.ts'), matches(/process\.(env|loadEnvFile)\b/))).toEqual([])
  })

  it('instances only where the parts are put together', () => {
    const makers =
      /(?<!function )\b(openDatabase|makeStripe|makeMetrics|openMailer|openCapturedMailer|startSandbox|openEmbeddedPostgres|createApp|startWorker)\(/
    expect(breaches(except('main.ts', 'connections.ts', 'service.ts', 'app.ts'), matches(makers))).toEqual([])
    expect(breaches(except('main.ts'), matches(/(?<!function )\bmakeLogger\(/))).toEqual([])
  })

  it('the stand-ins only by dynamic import, so that production does not load them', () => {
    const outside = sourceFiles.filter(({ name }) => !isStandIn(name))
    const loaded = outside.flatMap(({ name, imports }) =>
      imports
        .filter(({ from }) => isStandIn(from))
        .map(({ from, dynamic }) => `${name} ${dynamic ? 'lazily' : 'at start'} ${from}`),
    )
    expect(loaded).toEqual([
      'connections.ts lazily db/embedded.ts',
      'connections.ts lazily stripe-sandbox/sandbox.ts',
    ])
  })
})

/**
 * The layers from the ground up. A room imports rooms of the layers below it and of its own layer; of two rooms
 * at most one imports the other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['ids.ts', 'worker-loop.ts', 'money', 'calendar', 'db', 'http', 'text', 'html'],
  ['newsroom', 'ledger', 'config', 'access'],
  ['checkout', 'refunds', 'subscriptions', 'donations', 'receipts', 'inbox', 'outbox'],
  ['stripe', 'settlement', 'processing'],
  ['sync', 'reconciliation', 'reports'],
  ['verification', 'mail', 'pages', 'widget', 'admin'],
  ['app.ts', 'worker.ts', 'connections.ts', 'service.ts', 'main.ts'],
]
/** A program of its own: it imports `money/` alone, and the service loads it only where it is started. */
const SANDBOX = 'stripe-sandbox'

const topRoom = (name: string) => name.split('/')[0] ?? ''
const layerOf = (name: string) => LAYERS.findIndex((rooms) => rooms.includes(topRoom(name)))

/** Every import that crosses from one room into another, dynamic ones aside. */
const crossings = sourceFiles.flatMap(({ name, imports }) =>
  imports
    .filter(({ from, dynamic }) => !dynamic && from.endsWith('.ts') && topRoom(from) !== topRoom(name))
    .map(({ from }) => ({ name, from, rooms: `${topRoom(name)} → ${topRoom(from)}` })),
)

describe('5. layers', () => {
  it('every file stands in a room that has a layer, and every room has files', () => {
    const rooms = new Set(sourceFiles.map(({ name }) => topRoom(name)))
    expect([...rooms].filter((name) => name !== SANDBOX && layerOf(name) === -1)).toEqual([])
    expect(LAYERS.flat().filter((name) => !rooms.has(name))).toEqual([])
  })

  it('no room imports a room of a layer above it', () => {
    const upward = crossings.filter(
      ({ name, from }) =>
        topRoom(name) !== SANDBOX && topRoom(from) !== SANDBOX && layerOf(from) > layerOf(name),
    )
    expect(upward.map(({ name, from }) => `${name} reaches up to ${from}`)).toEqual([])
  })

  it('no two rooms import each other, not even by way of others', () => {
    const below = new Map<string, Set<string>>()
    for (const { name, from } of crossings) {
      const reached = below.get(topRoom(name)) ?? new Set()
      below.set(topRoom(name), reached.add(topRoom(from)))
    }
    const circles: string[] = []
    const walk = (at: string, road: readonly string[]): void => {
      const before = road.indexOf(at)
      if (before !== -1) return void circles.push([...road.slice(before), at].join(' → '))
      for (const next of below.get(at) ?? []) walk(next, [...road, at])
    }
    for (const start of below.keys()) walk(start, [])
    expect([...new Set(circles)]).toEqual([])
  })

  it('the offline Stripe imports nothing of the service but money/', () => {
    const foreign = crossings.filter(
      ({ name, from }) => topRoom(name) === SANDBOX && topRoom(from) !== 'money',
    )
    expect(foreign.map(({ name, from }) => `${name} imports ${from}`)).toEqual([])
  })
})

describe('6. no circles', () => {
  it('nobody imports main.ts', () => {
    expect(
      breaches(sourceFiles, ({ imports }) =>
        imports.map(({ from }) => from).filter((from) => from === 'main.ts'),
      ),
    ).toEqual([])
  })

  it('no file leads back to itself, types included', () => {
    const byName = new Map(sourceFiles.map((file) => [file.name, file]))
    const done = new Set<string>()
    const circles: string[] = []
    const walk = (name: string, road: readonly string[]): void => {
      const before = road.indexOf(name)
      if (before !== -1) return void circles.push([...road.slice(before), name].join(' → '))
      if (done.has(name)) return
      for (const { from } of byName.get(name)?.imports ?? [])
        if (byName.has(from)) walk(from, [...road, name])
      done.add(name)
    }
    for (const { name } of sourceFiles) walk(name, [])
    expect(circles).toEqual([])
  })

  it('imports lead to files that are there, as the scanner reads them', () => {
    const names = new Set(sourceFiles.map(({ name }) => name))
    expect(
      breaches(sourceFiles, ({ imports }) =>
        imports.map(({ from }) => from).filter((from) => from.endsWith('.ts') && !names.has(from)),
      ),
    ).toEqual([])
    expect(sourceFiles.find(named('app.ts'))?.imports.length).toBeGreaterThan(30)
  })
})

describe('7. one screen each', () => {
  it('app.ts and worker.ts are one screen below their imports', () => {
    for (const name of ['app.ts', 'worker.ts']) {
      const code = sourceFiles.find(named(name))?.code.replaceAll(/^import .*$/gm, '') ?? ''
      expect([name, code.split('\n').filter((line) => line.trim() !== '').length]).toEqual([
        name,
        expect.toSatisfy((n: number) => n > 10 && n <= 80),
      ])
    }
  })
})

it('the scanner leaves comments out and addresses in', () => {
  expect(withoutComments("a('https://x') // process.env\n/* process.env */b")).toBe("a('https://x') \nb")
})
