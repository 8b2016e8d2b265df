import { Router } from '@koa/router'
import { openApiDocument, type CheckoutSchemas } from './openapi.ts'

/** Made once: it changes with a release only. */
export function openApiRouter(publicUrl: string, checkout: CheckoutSchemas): Router {
  const document = JSON.stringify(openApiDocument(publicUrl, checkout))
  return new Router().get('/openapi.json', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.type = 'application/json'
    ctx.body = document
  })
}
