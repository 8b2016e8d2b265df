import { forgetfulStripe } from '../kit/forgetful-stripe.ts'

/** A Stripe in a process of its own, so that it notes when calls come and not when the flood lets it look. */
const stripe = await forgetfulStripe()
process.send?.({ url: stripe.url })
process.on('message', () => process.send?.({ times: stripe.times.splice(0) }))
process.on('disconnect', () => process.exit())
