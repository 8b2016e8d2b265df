import { startSandbox } from '../../src/stripe-sandbox/sandbox.ts'

// The offline Stripe in a process of its own, so that its work is nobody's event loop's but its own.

const sandbox = await startSandbox({
  host: '127.0.0.1',
  port: 0,
  webhookSecret: 'whsec_the_benchmarks_own_secret',
  webhookUrl: null,
  journalFile: null,
  clock: () => new Date(),
  delivery: { mode: 'manual' },
})
process.send?.({ url: sandbox.url })
process.once('disconnect', () => process.exit(0))
