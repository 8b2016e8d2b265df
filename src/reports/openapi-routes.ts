import { Router } from '@koa/router'
import type { z } from 'zod'
import { openApiDocument } from './openapi.ts'

/** Made once: it changes with a release only. */
export function openApiRouter(publicUrl: string, checkoutRequest: z.ZodType): Router {
  const document = JSON.stringify(openApiDocument(publicUrl, checkoutRequest))
  return new Router().get('/openapi.json', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.type = 'application/json'
    ctx.body = document
  })
}
