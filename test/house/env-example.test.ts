import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { variableNames } from '../../src/config/variables.ts'
import { live, problemsOf } from '../config/production-variables.ts'

describe('.env.example', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const example = parseEnv(text)

  test('names every variable once and no other', () => {
    const named = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(named.toSorted()).toEqual([...variableNames].toSorted())
  })

  test('starts a trial as it is', () => {
    expect(readConfig(example)).toMatchObject({ deployment: 'trial', warnings: [] })
  })

  test('has no value that could be taken for a real one in production', () => {
    const problems = problemsOf({ ...example, NODE_ENV: 'production' })
    const missing = Object.keys(live).filter((name) => name !== 'NODE_ENV')
    expect(problems.toSorted()).toEqual(missing.map((name) => `${name}: is missing`).toSorted())
  })
})
