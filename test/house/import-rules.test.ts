import { describe, expect, it } from 'vitest'
import { sourceFiles, withoutComments, type SourceFile } from './source-files.ts'

const names = new Set(sourceFiles.map(({ name }) => name))
const fileNamed = (name: string) => sourceFiles.find((file) => file.name === name)
const filesExcept = (...excepted: string[]) => sourceFiles.filter(({ name }) => !excepted.includes(name))
const filesWithRole = (roles: RegExp) => sourceFiles.filter(({ name }) => roles.test(name))
/** The first part of a path: `pages` of `pages/error-pages.ts`, `app.ts` itself. */
const roomOf = (name: string) => name.split('/')[0] ?? ''

/** Every breach of a rule, as a line to read. */
function breaches(files: readonly SourceFile[], find: (file: SourceFile) => readonly string[]): string[] {
  return files.flatMap((file) => find(file).map((what) => `${file.name}: ${what}`))
}

const importsWhere = (isForbidden: (from: string) => boolean) => (file: SourceFile) =>
  file.imports.map(({ from }) => from).filter(isForbidden)
const codeMatching = (pattern: RegExp) => (file: SourceFile) =>
  Array.from(file.code.matchAll(new RegExp(pattern, 'g')), ([text]) => text.trim())

/**
 * A file without effects computes its result from its arguments alone. In a room of the service's own subject every file
 * is one, unless its name ends in a role or it is listed here.
 */
const ROOMS_WITH_EFFECTS = new Set([
  'admin',
  'config',
  'db',
  'http',
  'pages',
  'pdf',
  'stripe',
  'stripe-sandbox',
  'widget',
])
const ROLES_WITH_EFFECTS = /-(store|routes|worker|gateway|middleware)\.ts$/

/** Use cases: they put stores, rules and gateways together. */
const USE_CASES = [
  'imports/manage-imports.ts',
  'imports/run-import.ts',
  'donors/donor-export.ts',
  'donors/erasure/erase-donor.ts',
  'bank/keep-statement.ts',
  'access/manage-staff.ts',
  'access/tokens/manage-tokens.ts',
  'access/sign-in/record-sign-in.ts',
  'access/sealed-secret.ts',
  'checkout/checkout-service.ts',
  'exports/export-requests.ts',
  'exports/exporter.ts',
  'exports/files/donations-file.ts',
  'exports/files/items-file.ts',
  'exports/files/ranking-file.ts',
  'exports/openapi-exports.ts',
  'exports/send-export.ts',
  'exports/monthly-report/read-monthly-report.ts',
  'integrations/webhooks/manage-endpoints.ts',
  'mail/correct-receipt.ts',
  'mail/kinds/donor-mails.ts',
  'mail/kinds/mail-kinds.ts',
  'mail/kinds/newsletter-mail.ts',
  'mail/kinds/reminder-mail.ts',
  'newsletter/ask-for-newsletter.ts',
  'newsletter/keep-wish.ts',
  'newsletter/manage-subscription.ts',
  'mail/send-again.ts',
  'processing/apply-batch.ts',
  'processing/load-batch.ts',
  'protection/caller-limits.ts',
  'protection/challenge-answers.ts',
  'protection/checkout-guard.ts',
  'protection/current-state.ts',
  'protection/decide-protection.ts',
  'receipts/receipt-pdfs.ts',
  'reconciliation/months/close-month.ts',
  'reconciliation/explanations/explain.ts',
  'reconciliation/write-offs/make-write-off.ts',
  'refunds/make-refund.ts',
  'reports/attention/read-attention.ts',
  'reports/goals/read-goal.ts',
  'reports/read-overview.ts',
  'reports/read-ranking.ts',
  'reports/read-recurring.ts',
  'reports/read-restricted.ts',
  'reports/read-year.ts',
  'reports/totals/read-figures.ts',
  'tracing/record-steps.ts',
  'verification/inbox-derivation.ts',
  'verification/kept-totals-pass.ts',
  'verification/settlement-pass.ts',
  'verification/table-pass.ts',
  'verification/verify.ts',
]
/** Files that read or write files, or draw into a stream. */
const FILES_AND_STREAMS = [
  'imports/csv-rows.ts',
  'donors/statements/statement-pdf.ts',
  'donors/statements/statement-pdf-thread.ts',
  'exports/monthly-report/monthly-report-pdf.ts',
  'exports/monthly-report/monthly-report-pdf-thread.ts',
  'exports/formats/xlsx.ts',
  'mail/captured-mailer.ts',
  'receipts/receipt-pdf.ts',
  'receipts/receipt-pdf-thread.ts',
]

/** Files without effects in rooms that have effects. */
const WITHOUT_EFFECTS = ['http/parse.ts', 'http/refusal.ts', 'stripe/handled-event-types.ts']
const ROLES_WITHOUT_EFFECTS = /^(?!stripe-sandbox\/).*-(view|schema)\.ts$|^stripe\/events\//

const PACKAGES_WITHOUT_EFFECTS = new Set([
  'zod',
  'zod-openapi',
  'hono/html',
  'i18next',
  'csv-parse/sync',
  'fast-xml-parser',
])

function isPure(name: string): boolean {
  if (name === 'ids.ts' || WITHOUT_EFFECTS.includes(name) || ROLES_WITHOUT_EFFECTS.test(name)) return true
  if (!name.includes('/') || ROOMS_WITH_EFFECTS.has(roomOf(name)) || ROLES_WITH_EFFECTS.test(name))
    return false
  return !USE_CASES.includes(name) && !FILES_AND_STREAMS.includes(name)
}

const pureFiles = sourceFiles.filter(({ name }) => isPure(name))

describe('a file without effects', () => {
  it('imports only such files and packages', () => {
    expect(pureFiles.length).toBeGreaterThan(60)
    const impure = breaches(pureFiles, (file) =>
      importsWhere((from) => {
        if (from.endsWith('.ts')) return !isPure(from)
        // A hash depends on its input alone, and so does a comparison.
        if (from === 'node:crypto')
          return !/import \{ (createHash|createHmac|timingSafeEqual|, )+ \} from 'node:crypto'/.test(
            file.code,
          )
        return !PACKAGES_WITHOUT_EFFECTS.has(from)
      })(file),
    )
    expect(impure).toEqual([])
  })

  it('uses no clock, no randomness and no environment', () => {
    const clockOrRandomness =
      /\bnew Date\(\)|\bDate\.now\(|\bperformance\.|Math\.random|randomUUID|randomBytes|\bprocess\./
    expect(breaches(pureFiles, codeMatching(clockOrRandomness))).toEqual([])
  })

  it('is distinguished by lists without outdated entries', () => {
    const listed = [...USE_CASES, ...FILES_AND_STREAMS, ...WITHOUT_EFFECTS]
    expect(listed.filter((name) => !names.has(name))).toEqual([])
    const rooms = new Set(sourceFiles.map(({ name }) => roomOf(name)))
    expect([...ROOMS_WITH_EFFECTS].filter((room) => !rooms.has(room))).toEqual([])
    const imported = new Set(pureFiles.flatMap(({ imports }) => imports.map(({ from }) => from)))
    expect([...PACKAGES_WITHOUT_EFFECTS].filter((name) => !imported.has(name))).toEqual([])
  })
})

describe('a store', () => {
  it('receives the database transaction and never opens one', () => {
    const stores = filesWithRole(/-store\.ts$/)
    expect(stores.length).toBeGreaterThan(10)
    const opening = /\.transaction\(|\bin(Knex)?Transaction\b|'(begin|commit|rollback)'/
    expect(breaches(stores, codeMatching(opening))).toEqual([])
  })
})

describe('a file of routes, a worker, a view or middleware', () => {
  it('contains no SQL', () => {
    const files = filesWithRole(/-(routes|worker|view|middleware)\.ts$/)
    expect(files.length).toBeGreaterThan(15)
    const sql =
      /\.raw\(|\.query\(|\b(db|knex|tx)(<[^>]*>)?\('|\b(select|insert into|delete from)\s+[a-z_*]+\s/
    expect(breaches(files, codeMatching(sql))).toEqual([])
  })
})

/** Everything that Node loads together with a file, packages by their names: what is imported for its types alone is not. */
function loadedBy(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const { from, dynamic, typesOnly } of fileNamed(name)?.imports ?? [])
    if (!dynamic && !typesOnly) loadedBy(from, found)
  return found
}

/** A program of its own, which the service loads only where it starts it. */
const SANDBOX = 'stripe-sandbox'
const isStandIn = (name: string) => roomOf(name) === SANDBOX || name === 'db/embedded.ts'

describe('one place only', () => {
  it('imports the Stripe SDK: stripe/, besides the offline Stripe', () => {
    const elsewhere = sourceFiles.filter(({ name }) => !['stripe', SANDBOX].includes(roomOf(name)))
    const ofSdk = (from: string) => /^stripe(\/(?!.*\.ts$)|$)/.test(from)
    expect(breaches(elsewhere, importsWhere(ofSdk))).toEqual([])
  })

  it('reads texts of Stripe as Postgres can store them: stripe/field-schema.ts', () => {
    const others = filesExcept('stripe/field-schema.ts').filter(({ name }) => roomOf(name) === 'stripe')
    expect(breaches(others, codeMatching(/z\s*\.string\(/))).toEqual([])
  })

  it('gives the bodies of events to JSON operators in SQL: inbox/inbox-store.ts', () => {
    const others = filesExcept('inbox/inbox-store.ts')
    expect(breaches(others, codeMatching(/\bbody\s*(::jsonb?\s*)?(->|#>)/))).toEqual([])
  })

  it('opens a database transaction, which is done again after a deadlock: db/', () => {
    const others = sourceFiles.filter(({ name }) => !['db', SANDBOX].includes(roomOf(name)))
    expect(breaches(others, codeMatching(/\.transaction\(/))).toEqual([])
  })

  it('reads the environment: read-config.ts', () => {
    const environment = /process\.(env|loadEnvFile)\b/
    expect(breaches(filesExcept('config/read-config.ts'), codeMatching(environment))).toEqual([])
  })

  it('makes the long-lived parts: the files that put the service together', () => {
    const makers =
      /(?<!function )\b(openDatabase|makeStripe|makeMetrics|openMailer|openCapturedMailer|startSandbox|openEmbeddedPostgres|createApp|startWorker)\(/
    const elsewhere = filesExcept(
      'commands.ts',
      'connections.ts',
      'database-connections.ts',
      'site.ts',
      'app.ts',
    )
    expect(breaches(elsewhere, codeMatching(makers))).toEqual([])
    expect(breaches(filesExcept('commands.ts'), codeMatching(/(?<!function )\bmakeLogger\(/))).toEqual([])
  })

  it('loads OpenTelemetry, and does so only when a collector is configured', () => {
    const ofTraces = (from: string) => from.startsWith('@opentelemetry/')
    const others = filesExcept('tracing/tracing-gateway.ts')
    expect(breaches(others, importsWhere(ofTraces))).toEqual([])
    const loaded = sourceFiles.flatMap(({ name, imports }) =>
      imports
        .filter(({ from }) => from === 'tracing/tracing-gateway.ts')
        .map(({ dynamic }) => `${name} ${dynamic ? 'when needed' : 'at start'}`),
    )
    expect(loaded).toEqual(['site.ts when needed'])
  })

  it('loads the offline Stripe and the embedded Postgres, and does so only when it needs them', () => {
    const outside = sourceFiles.filter(({ name }) => !isStandIn(name))
    const loaded = outside.flatMap(({ name, imports }) =>
      imports
        .filter(({ from }) => isStandIn(from))
        .map(({ from, dynamic }) => `${name} ${dynamic ? 'when needed' : 'at start'} ${from}`),
    )
    expect(loaded).toEqual([
      'connections.ts when needed stripe-sandbox/sandbox.ts',
      'database-connections.ts when needed db/embedded.ts',
    ])
  })

  it('loads the service once its variables are right', () => {
    const atFirst = loadedBy('commands.ts')
    expect(atFirst).toContain('config/sites.ts')
    expect(
      ['service.ts', 'connections.ts', 'database-connections.ts', 'knex', 'pg', 'stripe'].filter((name) =>
        atFirst.has(name),
      ),
    ).toEqual([])
  })

  it('loads the two halves while the database starts, and neither passkeys, a provider’s sign-in, PDFs, commands nor the description of the API before they are used', () => {
    const atStart = new Set([...loadedBy('commands.ts'), ...loadedBy('service.ts')])
    expect(atStart).toContain('site.ts')
    expect(['app.ts', 'worker.ts'].filter((name) => atStart.has(name))).toEqual([])
    const served = new Set([...atStart, ...loadedBy('app.ts'), ...loadedBy('worker.ts')])
    expect(served).toContain('pages/finance/account/set-up-routes.ts')
    const heavy = [
      '@simplewebauthn/server',
      'openid-client',
      'qrcode',
      'pdfkit',
      'harfbuzzjs',
      'admin/admin.ts',
      'reports/openapi/openapi.ts',
    ]
    expect(heavy.filter((name) => served.has(name))).toEqual([])
  })
})

/** The layers from the ground up. A room imports rooms of its own layer and of those below. */
const LAYERS: readonly (readonly string[])[] = [
  [
    'ids.ts',
    'worker-loop.ts',
    'claimed-work.ts',
    'start-refused.ts',
    'money',
    'calendar',
    'db',
    'http',
    'text',
    'html',
    'pdf',
  ],
  ['newsroom', 'ledger', 'config', 'access', 'protection'],
  [
    'checkout',
    'refunds',
    'subscriptions',
    'donations',
    'receipts',
    'inbox',
    'outbox',
    'webhooks',
    'newsletter',
  ],
  ['stripe', 'settlement', 'processing'],
  ['sync', 'reconciliation', 'reports', 'bank', 'imports'],
  ['exports', 'donors', 'integrations'],
  ['verification', 'tracing', 'mail', 'pages', 'widget', 'admin'],
  [
    'app.ts',
    'worker.ts',
    'finance-worker.ts',
    'data-folder.ts',
    'database-checks.ts',
    'start-problems.ts',
    'connections.ts',
    'database-connections.ts',
    'site.ts',
    'sites-health.ts',
    'service.ts',
    'commands.ts',
    'main.ts',
  ],
]
const layerOf = (name: string) => LAYERS.findIndex((rooms) => rooms.includes(roomOf(name)))

/** Every import from one room into another, what is loaded when it is needed included. */
const crossings = sourceFiles.flatMap(({ name, imports }) =>
  imports
    .filter(({ from }) => from.endsWith('.ts') && roomOf(from) !== roomOf(name))
    .map(({ from }) => ({ name, from })),
)

describe('a room', () => {
  it('has a layer and files', () => {
    const rooms = new Set(sourceFiles.map(({ name }) => roomOf(name)))
    expect([...rooms].filter((room) => room !== SANDBOX && layerOf(room) === -1)).toEqual([])
    expect(LAYERS.flat().filter((room) => !rooms.has(room))).toEqual([])
  })

  it('imports no room of a layer above it', () => {
    const upward = crossings.filter(
      ({ name, from }) =>
        roomOf(name) !== SANDBOX && roomOf(from) !== SANDBOX && layerOf(from) > layerOf(name),
    )
    expect(upward.map(({ name, from }) => `${name} imports ${from}`)).toEqual([])
  })

  it('imports no room that imports it, directly or through others', () => {
    const imported = new Map<string, Set<string>>()
    for (const { name, from } of crossings)
      imported.set(roomOf(name), (imported.get(roomOf(name)) ?? new Set()).add(roomOf(from)))
    expect(circlesIn(imported)).toEqual([])
  })

  it('of the offline Stripe imports nothing of the service but money/', () => {
    const sandbox = sourceFiles.filter(({ name }) => roomOf(name) === SANDBOX)
    expect(sandbox.length).toBeGreaterThan(30)
    const foreign = (from: string) => from.endsWith('.ts') && ![SANDBOX, 'money'].includes(roomOf(from))
    expect(breaches(sandbox, importsWhere(foreign))).toEqual([])
  })
})

describe('a file', () => {
  it('imports no file that imports it, types included', () => {
    expect(
      circlesIn(new Map(sourceFiles.map(({ name, imports }) => [name, imports.map(({ from }) => from)]))),
    ).toEqual([])
  })

  it('does not import main.ts', () => {
    expect(
      breaches(
        sourceFiles,
        importsWhere((from) => from === 'main.ts'),
      ),
    ).toEqual([])
  })

  it('imports only files that exist', () => {
    const missing = (from: string) => from.endsWith('.ts') && !names.has(from)
    expect(breaches(sourceFiles, importsWhere(missing))).toEqual([])
    expect(fileNamed('app.ts')?.imports.length).toBeGreaterThan(30)
  })
})

/** Every way along which imports lead back to where they began, such as `a → b → a`. */
function circlesIn(imported: ReadonlyMap<string, Iterable<string>>): string[] {
  const circles = new Set<string>()
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    const before = path.indexOf(name)
    if (before !== -1) return void circles.add([...path.slice(before), name].join(' → '))
    if (done.has(name)) return
    for (const next of imported.get(name) ?? []) visit(next, [...path, name])
    done.add(name)
  }
  for (const name of imported.keys()) visit(name, [])
  return [...circles]
}

describe('app.ts and worker.ts', () => {
  it('fit on one screen below their imports', () => {
    for (const name of ['app.ts', 'worker.ts']) {
      const code = fileNamed(name)?.code.replaceAll(/^import .*$/gm, '') ?? ''
      const lines = code.split('\n').filter((line) => line.trim() !== '').length
      expect([name, lines]).toEqual([name, expect.toSatisfy((n: number) => n > 10 && n <= 80)])
    }
  })
})

describe('the reader of source files', () => {
  it('leaves comments out and keeps addresses', () => {
    expect(withoutComments("a('https://x') // process.env\n/* process.env */b")).toBe("a('https://x') \nb")
  })
})
