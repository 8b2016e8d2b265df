import { z } from 'zod'
import { read } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { noSuch } from './errors.ts'
import { expanded, listPaths } from './expand.ts'
import { page, pageParams } from './lists.ts'
import { parseParams, text } from './params.ts'

const onlyExpand = z.strictObject({ expand: z.array(text()).optional() })
const chargeListSchema = z.strictObject({ ...pageParams, payment_intent: text().optional() })

export const paymentEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/v1/payment_intents',
    run(scene, { params }) {
      const { expand = [], ...query } = parseParams(z.strictObject(pageParams), params)
      const rows = [...scene.state.payment_intent.values()]
      const cut = page(rows, query, '/v1/payment_intents', 'payment_intent')
      return read({ ...cut, data: cut.data.map((row) => expanded(row, listPaths(expand), scene.state)) })
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    run(scene, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      const intent = scene.state.payment_intent.get(id)
      if (intent === undefined) throw noSuch('payment_intent', id, 'intent')
      return read(expanded(intent, expand, scene.state))
    },
  },
  {
    method: 'GET',
    path: '/v1/charges',
    run(scene, { params }) {
      const { expand = [], payment_intent: intent, ...query } = parseParams(chargeListSchema, params)
      const rows = [...scene.state.charge.values()].filter(
        (charge) => intent === undefined || charge.payment_intent === intent,
      )
      const cut = page(rows, query, '/v1/charges', 'charge')
      return read({ ...cut, data: cut.data.map((row) => expanded(row, listPaths(expand), scene.state)) })
    },
  },
  {
    method: 'GET',
    path: '/v1/charges/:id',
    run(scene, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      const charge = scene.state.charge.get(id)
      if (charge === undefined) throw noSuch('charge', id)
      return read(expanded(charge, expand, scene.state))
    },
  },
]
