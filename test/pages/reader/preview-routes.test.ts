import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { previewPicture } from '../../../src/pages/reader/preview-routes.ts'
import { textFor } from '../../../src/text/text.ts'
import { listen } from '../../kit/http.ts'

async function serverFor(newsroomName: string, language = 'en') {
  const picture = previewPicture({ text: textFor(language), newsroomName, gift: 'contribution' })
  const server = await listen(new Koa().use(picture).callback())
  return {
    picture: (headers: Record<string, string> = {}) => fetch(`${server.url}/donate-preview.png`, { headers }),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

describe('/donate-preview.png', () => {
  it('is a picture of 1200 by 630 that other sites may show and caches may keep', async () => {
    await using server = await serverFor('The Willow Creek Courier')
    const answer = await server.picture()
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400')
    const png = await bytesOf(answer)
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630])
    const again = await server.picture({
      'if-none-match': answer.headers.get('etag') ?? '',
      'cache-control': 'max-age=0',
    })
    expect(again.status).toBe(304)
  })

  it.each([
    ['en', 'The Harbour Post'],
    ['uk', 'Гавань'],
    ['ar', 'صحيفة الميناء'],
    ['en', '港湾新聞'],
    ['en', 'A name '.repeat(60)],
    ['en', '<script>&"'],
  ])('is drawn in %s for %s', async (language, name) => {
    await using server = await serverFor(name, language)
    await using other = await serverFor('x', language)
    const [picture, another] = [await bytesOf(await server.picture()), await bytesOf(await other.picture())]
    expect(picture.length).toBeGreaterThan(3_000)
    expect(picture.equals(another)).toBe(false)
  })
})
