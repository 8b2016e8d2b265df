import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { previewPicture } from '../../../src/pages/reader/donate/preview-routes.ts'
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

/** The picture of a name that cannot be drawn. */
async function wordless(language: string): Promise<Buffer> {
  await using server = await serverFor('𒀀𒀀', language)
  return bytesOf(await server.picture())
}

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
    ['ar', 'The Harbour Post'],
    ['en', '港湾新聞'],
    ['en', '항구신문'],
    ['en', 'נמל'],
    ['en', 'ข่าวท่าเรือ'],
    ['en', 'A name '.repeat(60)],
    ['en', '<script>&"'],
  ])('is drawn in %s with the letters of %s', async (language, name) => {
    await using server = await serverFor(name, language)
    const picture = await bytesOf(await server.picture())
    expect(picture.length).toBeGreaterThan((await wordless(language)).length + 3_000)
  })

  it('has no words where a letter cannot be drawn, rather than boxes', async () => {
    await using server = await serverFor('The 𒀀 Post', 'en')
    expect(await bytesOf(await server.picture())).toEqual(await wordless('en'))
  })
})
