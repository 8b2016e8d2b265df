import { benchAttack } from './attack-bench.ts'
import { benchCheckout } from './checkout-bench.ts'
import { benchIntake } from './intake-bench.ts'
import { benchOptions, USAGE, type BenchOptions } from './options.ts'
import { benchExports } from './export-bench.ts'
import { benchImport } from './import-bench.ts'
import { profileIntake } from './intake-profile.ts'
import { benchReconcile } from './reconcile-bench.ts'
import { benchReports } from './reports-bench.ts'
import { benchScale } from './scale-bench.ts'
import { benchStart } from './start-bench.ts'
import { benchWidget } from './widget-bench.ts'

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
      case 'attack':
        await benchAttack(options, say)
        break
      case 'reconcile':
        await benchReconcile(options, say)
        break
      case 'exports':
        await benchExports(options, say)
        break
      case 'import':
        await benchImport(options, say)
        break
      case 'start':
        await benchStart(options, say)
        break
      case 'widget':
        await benchWidget(options, say)
        break
      case 'scale':
        await benchScale(options, say)
        break
      case 'reports':
        await benchReports(options, say)
        break
    }
  }
}

/** What the command line asks for; null when it cannot be understood, which is then explained. */
function asked(): BenchOptions | null {
  try {
    return benchOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exitCode = 1
    return null
  }
}

const options = asked()
if (options) await main(options)
