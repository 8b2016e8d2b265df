import type Stripe from 'stripe'
import { z } from 'zod'
import { absoluteUrl, email, flag, integer, metadata, oneOf, text } from '../api/params.ts'

type CreateParams = Stripe.Checkout.SessionCreateParams

const LOCALES =
  'auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'

const productData = z.strictObject({
  name: text(250),
  description: text().optional(),
  images: z.array(absoluteUrl).max(8).optional(),
  metadata: metadata.optional(),
  tax_code: text().optional(),
  tax_details: z.unknown().optional(),
  unit_label: text(12).optional(),
} satisfies Shape<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData>)

const priceData = z.strictObject({
  currency: text().transform((code) => code.toLowerCase()),
  product: text().optional(),
  product_data: productData.optional(),
  recurring: z
    .strictObject({
      interval: oneOf(['day', 'week', 'month', 'year']),
      interval_count: integer(1).optional(),
    } satisfies Shape<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.Recurring>)
    .optional(),
  tax_behavior: oneOf(['exclusive', 'inclusive', 'unspecified']).optional(),
  unit_amount: integer(0).optional(),
  unit_amount_decimal: text().optional(),
} satisfies Shape<Stripe.Checkout.SessionCreateParams.LineItem.PriceData>)

const lineItem = z.strictObject({
  adjustable_quantity: z.unknown().optional(),
  metadata: metadata.optional(),
  price: text().optional(),
  price_data: priceData.optional(),
  quantity: integer(1).optional(),
  tax_rates: z.unknown().optional(),
} satisfies Shape<Stripe.Checkout.SessionCreateParams.LineItem>)

const paymentIntentData = z.strictObject({
  application_fee_amount: z.unknown().optional(),
  capture_method: oneOf(['automatic', 'automatic_async', 'manual']).optional(),
  description: text(1000).optional(),
  metadata: metadata.optional(),
  on_behalf_of: z.unknown().optional(),
  receipt_email: email.optional(),
  setup_future_usage: oneOf(['off_session', 'on_session']).optional(),
  shipping: z.unknown().optional(),
  statement_descriptor: text(22).optional(),
  statement_descriptor_suffix: text(22).optional(),
  transfer_data: z.unknown().optional(),
  transfer_group: text().optional(),
} satisfies Shape<Stripe.Checkout.SessionCreateParams.PaymentIntentData>)

const subscriptionData = z.strictObject({
  application_fee_percent: z.unknown().optional(),
  billing_cycle_anchor: z.undefined().optional(),
  billing_cycle_anchor_config: z.undefined().optional(),
  billing_mode: z.unknown().optional(),
  default_tax_rates: z.unknown().optional(),
  description: text(500).optional(),
  invoice_settings: z.unknown().optional(),
  metadata: metadata.optional(),
  on_behalf_of: z.unknown().optional(),
  pending_invoice_item_interval: z.unknown().optional(),
  proration_behavior: z.unknown().optional(),
  transfer_data: z.unknown().optional(),
  trial_end: z.undefined().optional(),
  trial_period_days: z.undefined().optional(),
  trial_settings: z.unknown().optional(),
} satisfies Shape<Stripe.Checkout.SessionCreateParams.SubscriptionData>)

const notice = z
  .union([z.literal('').transform(() => null), z.strictObject({ message: text(1200) })])
  .optional()
const customText = z.strictObject({
  after_submit: notice,
  shipping_address: notice,
  submit: notice,
  terms_of_service_acceptance: notice,
} satisfies Shape<Stripe.Checkout.SessionCreateParams.CustomText>)

/** The compiler checks that a schema has every name of the SDK's type and no other. */
type Shape<T> = { [K in keyof Required<T>]: z.ZodType }
const ignored = z.unknown().optional()

/** `POST /v1/checkout/sessions`. Parameters that Stripe knows and that change nothing here are ignored. */
export const sessionCreateSchema = z.strictObject({
  adaptive_pricing: z.strictObject({ enabled: flag.optional() }).optional(),
  after_expiration: ignored,
  allow_promotion_codes: flag.optional(),
  allowed_payment_method_types: z.array(text()).optional(),
  automatic_tax: z.looseObject({ enabled: flag }).optional(),
  billing_address_collection: oneOf(['auto', 'required']).optional(),
  branding_settings: ignored,
  cancel_url: absoluteUrl.optional(),
  client_reference_id: text(200).optional(),
  consent_collection: ignored,
  currency: text().optional(),
  custom_fields: ignored,
  custom_text: customText.optional(),
  customer: text().optional(),
  customer_account: text().optional(),
  customer_creation: oneOf(['always', 'if_required']).optional(),
  customer_email: email.optional(),
  customer_update: ignored,
  discounts: ignored,
  excluded_payment_method_types: z.array(text()).optional(),
  expand: z.array(text()).optional(),
  expires_at: integer(0).optional(),
  integration_identifier: text().optional(),
  invoice_creation: z.looseObject({ enabled: flag }).optional(),
  line_items: z.array(lineItem).max(100).optional(),
  locale: oneOf(LOCALES.split(' ')).optional(),
  managed_payments: ignored,
  metadata: metadata.optional(),
  mode: oneOf(['payment', 'setup', 'subscription']),
  name_collection: ignored,
  optional_items: ignored,
  origin_context: oneOf(['mobile_app', 'web']).optional(),
  payment_intent_data: paymentIntentData.optional(),
  payment_method_collection: oneOf(['always', 'if_required']).optional(),
  payment_method_configuration: ignored,
  payment_method_data: ignored,
  payment_method_options: ignored,
  permissions: ignored,
  phone_number_collection: z.strictObject({ enabled: flag }).optional(),
  redirect_on_completion: ignored,
  return_url: absoluteUrl.optional(),
  saved_payment_method_options: ignored,
  setup_intent_data: ignored,
  shipping_address_collection: ignored,
  shipping_options: ignored,
  submit_type: oneOf(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  subscription_data: subscriptionData.optional(),
  success_url: absoluteUrl.optional(),
  tax_id_collection: ignored,
  ui_mode: oneOf(['elements', 'embedded_page', 'form', 'hosted_page']).optional(),
  wallet_options: ignored,
} satisfies Shape<CreateParams>)

export type SessionParams = z.infer<typeof sessionCreateSchema>
