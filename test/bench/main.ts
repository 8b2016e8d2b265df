import { benchCheckout } from './checkout-bench.ts'
import { benchIntake } from './intake-bench.ts'
import { benchOptions, USAGE, type BenchOptions } from './options.ts'
import { profileIntake } from './intake-profile.ts'
import { benchReconcile } from './reconcile-bench.ts'
import { benchStart } from './start-bench.ts'

const say = (text: string): void => void process.stdout.write(text)

async function main({ parts, ...options }: BenchOptions): Promise<void> {
  for (const part of parts) {
    switch (part) {
      case 'intake':
        await benchIntake(options, say)
        if (options.profile) await profileIntake(options, say)
        break
      case 'checkout':
        await benchCheckout(options, say)
        break
      case 'reconcile':
        await benchReconcile(options, say)
        break
      case 'start':
        await benchStart(options, say)
        break
    }
  }
}

try {
  await main(benchOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(error instanceof TypeError ? `${error.message}\n${USAGE}` : `${String(error)}\n`)
  process.exitCode = 1
}
