import { expect } from 'vitest'
import { financeTest as test } from '../../kit/fixtures.ts'
import { startTestService } from '../../kit/service.ts'

test('every page leads to the source code, which the newsroom sends to whoever asks', async ({ db }) => {
  const service = await startTestService({ DATABASE_URL: db.url })
  try {
    expect(await (await service.get('/donate')).text()).toContain('href="/source"')
    const answer = await service.get('/source')
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain('Affero General Public License')
    expect(html).toContain('support@courier.example')
  } finally {
    await service.stop()
  }
})

test('a newsroom that publishes the source of its version sends readers there', async ({ db }) => {
  const published = await startTestService({
    DATABASE_URL: db.url,
    SOURCE_URL: 'https://code.example/donations',
  })
  try {
    const answer = await fetch(`${published.url}/source`, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([302, 'https://code.example/donations'])
  } finally {
    await published.stop()
  }
})
