// Reads the answer of `npm audit --json` and says in one line what it means. Exit status: 1 when a weakness of high or
// critical severity is known. A registry that could not be asked is said and is no failure: it says nothing about the code.
import { readFileSync } from 'node:fs'

const answer = (() => {
  try {
    return JSON.parse(readFileSync(0, 'utf8'))
  } catch {
    return {}
  }
})()
const counts = answer.metadata?.vulnerabilities
if (!counts) {
  process.stdout.write(`audit: NOT DONE, the registry could not be asked: ${answer.message ?? 'no answer'}\n`)
} else {
  const grave = counts.high + counts.critical
  const named = Object.values(answer.vulnerabilities ?? {}).filter(({ severity }) =>
    /high|critical/.test(severity),
  )
  process.stdout.write(`audit: ${grave} grave known weaknesses, ${counts.total - grave} others\n`)
  for (const { name, severity } of named) process.stdout.write(`audit: ${severity}: ${name}\n`)
  process.exitCode = grave > 0 ? 1 : 0
}
