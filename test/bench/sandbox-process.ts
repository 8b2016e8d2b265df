import { openSandbox } from '../kit/sandbox.ts'

// The offline Stripe in a process of its own, so that its work is nobody's event loop's but its own.

const sandbox = await openSandbox({ clock: () => new Date() })
process.send?.({ url: sandbox.url })
process.once('disconnect', () => process.exit(0))
