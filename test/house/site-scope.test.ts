import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// What is the whole database's has to carry the site's schema: see src/db/site-scope.ts. The lock of site-database.ts is
// taken for the whole database on purpose: before it there is no schema.
const WITHOUT_SITE =
  /pg_(?:try_)?advisory_(?:xact_)?lock(?:_shared)?\((?!\$\{(?:numbered)?[lL]ockKey\()|pg_notify\((?!\$\{channelName\()/g

test('every advisory lock and every notification belongs to a site', () => {
  const files = globSync('src/**/*.ts').filter((file) => !/site-(scope|database).ts$/.test(file))
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(WITHOUT_SITE)].map(([text]) => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})
