import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/**
 * Words that the code once used and no longer does, each with the field's own word. The decision that retires them names
 * them, and so does the record of the old schema; nothing else does.
 */
const RETIRED: Readonly<Record<string, string>> = {
  told: 'received, recorded, stated',
  heard: 'received',
  unheard: 'missed, missing',
  moneyBack: 'reversals',
  money_back: 'reversal',
  'gone back': 'reversed',
  poisoned: 'failed',
  'set apart': 'failed, needs attention',
  setApart: 'unprocessed, failed',
  sweep: 'sync',
  sweeps: 'syncs',
  swept: 'synced',
  hot: 'pool',
  editions: 'receipt revisions',
  edition: 'receipt revision',
  recall: 'receipt number recovery',
  recalls: 'recovers receipt numbers',
  recalled: 'recovered receipt numbers',
  'receipt memory': 'receipt number backup',
  'receipt note': 'receipt number backup',
  'late booking': 'prior-period adjustment',
  late_for: 'period',
  lateFor: 'period',
  'sole-runner': 'advisory-lock',
  announcer: 'notify',
  'apply-means': 'processing deps',
  'checkout-doors': 'checkout-service',
  'error-exit': 'error-handler',
  'way-back': 'error-next-link',
  'private-routes': 'no-store',
  'used-events': 'handled-event-types',
  KeptEvent: 'StoredEvent',
  keptEvents: 'storedEvents',
  PostingMeans: 'PostingDeps',
  refilled: 'recovered',
  'closing-writing-store': 'month-close-store',
  'month-facts-store': 'month-close-store',
  'month-record-store': 'month-close-store',
  agenda: 'scheduler',
  aftermath: 'reversals',
  'paying desk': 'checkout simulator',
  'donation-story': 'donation-timeline',
  donationStory: 'donationTimeline',
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SEARCHED = ['.ci', '.github', 'docs', 'migrations', 'src', 'test']
const SEARCHED_AT_ROOT = /\.(md|ts)$|^(package|renovate)\.json$|^\.env\.example$/
const EXEMPT = [
  'CHANGELOG.md',
  'docs/decisions',
  'test/db/baseline-differences.ts',
  'test/db/fixtures',
  'test/house',
]
const BINARY = /\.(png|svg|woff2?)$/

/** Every text file below the folder, with its path from the root. */
function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (EXEMPT.includes(name) || BINARY.test(name)) return []
    return entry.isDirectory() ? filesBelow(name) : [name]
  })
}

function searchedFiles(): string[] {
  const atRoot = readdirSync(ROOT).filter((name) => SEARCHED_AT_ROOT.test(name) && !EXEMPT.includes(name))
  return [...atRoot, ...SEARCHED.flatMap(filesBelow)]
}

/** Finds the word alone, in any case, and as a part of a camel-case name: `told`, `Told`, `isTold`, `toldAt`. */
function patternOf(word: string): string {
  const [first = '', ...rest] = word
  const end = '(?![a-z])'
  const alone = `(?<![A-Za-z])[${first.toLowerCase()}${first.toUpperCase()}]${rest.join('')}${end}`
  const inName = `(?<=[a-z])${first.toUpperCase()}${rest.join('')}${end}`
  return `${alone}|${inName}`
}

const PATTERNS = Object.entries(RETIRED).map(([word, instead]) => ({
  word,
  instead,
  pattern: new RegExp(patternOf(word)),
}))
const ANY = new RegExp(Object.keys(RETIRED).map(patternOf).join('|'))

/** `src/a.ts:3: told (say received, recorded, stated)` */
function findings(name: string, text: string): string[] {
  if (!ANY.test(text)) return []
  const lines = text.split('\n')
  return PATTERNS.flatMap(({ word, instead, pattern }) =>
    lines.flatMap((line, index) =>
      pattern.test(line) ? [`${name}:${index + 1}: ${word} (say ${instead})`] : [],
    ),
  )
}

describe('a retired word', () => {
  it('occurs nowhere', () => {
    const files = searchedFiles()
    expect(files.length).toBeGreaterThan(300)
    expect(files.flatMap((name) => findings(name, readFileSync(path.join(ROOT, name), 'utf8')))).toEqual([])
  })

  it('is found alone and in names, but not inside other words', () => {
    const found = (line: string) => findings('a.ts', line).length
    expect(['told', 'Told', 'isTold', 'toldAt', 'was_told'].map(found)).toEqual([1, 1, 1, 1, 1])
    expect(['toldo', 'untold', 'shot', 'hotel', 'expedition', 'sweeper'].map(found)).toEqual([
      0, 0, 0, 0, 0, 0,
    ])
  })
})
