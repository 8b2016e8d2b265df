import { createRequire } from 'node:module'
import { serveWebhooks } from './http-program.ts'
import { SECRET } from './intake-events.ts'

// The contender that others publish: it mirrors Stripe's objects in tables of its own, one upsert per event. It keeps
// neither the event nor any books. Required as CommonJS, since its migrations are found by `__dirname`.
const { StripeSync, runMigrations } = createRequire(import.meta.url)(
  '@supabase/stripe-sync-engine',
) as typeof import('@supabase/stripe-sync-engine') // the types of the same file

const databaseUrl = process.env['DATABASE_URL'] ?? ''
await runMigrations({ databaseUrl, schema: 'stripe' })
const sync = new StripeSync({
  stripeSecretKey: 'sk_test_bench',
  stripeWebhookSecret: SECRET,
  // Twenty, as the minimal handler has. Its default is ten, which one comparison found faster: 2694 against 2510 a second.
  poolConfig: { connectionString: databaseUrl, max: Number(process.env['PEER_CONNECTIONS'] ?? 20) },
})
serveWebhooks((body, signature) => sync.processWebhook(body, signature))
