import { createHash } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Text } from '../../../text/text.ts'
import type { GiftKind } from '../../../newsroom/gift-kind.ts'

type Preview = { readonly png: Buffer; readonly etag: string }

/**
 * `GET /donate-preview.png`: the picture of link previews, in the newsroom's own language. It is drawn once, when it is first
 * asked for.
 */
export function previewPicture(shown: {
  readonly text: Text
  readonly newsroomName: string
  readonly gift: GiftKind
}): Middleware {
  const { text, newsroomName, gift } = shown
  let drawn: Promise<Preview> | null = null
  const draw = async (): Promise<Preview> => {
    const words = text.reader('gift.invitation', { context: gift, newsroom: newsroomName })
    const { previewImage } = await import('./preview-image.ts')
    const png = Buffer.from(await previewImage(words, text.direction))
    return { png, etag: `"${createHash('sha256').update(png).digest('base64url').slice(0, 22)}"` }
  }
  return async (ctx) => {
    drawn ??= draw().catch((error: unknown) => {
      drawn = null
      throw error
    })
    const { png, etag } = await drawn
    ctx.status = 200
    // Pages of other sites show it, too.
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('Cache-Control', 'public, max-age=86400')
    ctx.etag = etag
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    ctx.type = 'image/png'
    ctx.body = png
  }
}
