import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

/** For `node --import`: writes down the address of every module that the process loads. */
const file = process.env['RECORD_MODULES'] ?? ''
registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`)
    return nextLoad(url, context)
  },
})
