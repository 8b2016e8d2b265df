import nock from 'nock'
import { afterAll, afterEach, beforeAll } from 'vitest'

/**
 * Lets nock answer for the hosts that the tests around this call name. nock replaces Node's HTTP client for the whole
 * process, which other test files share: it is switched on before these tests, whatever ran before, and off after them.
 */
export function nockAnswers(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate()
  })
  afterEach(() => nock.cleanAll())
  afterAll(() => nock.restore())
}
