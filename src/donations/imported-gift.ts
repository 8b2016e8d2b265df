const PREFIX = 'imported:'

/** The key of a gift that a former system took, where a donation has the id of its Stripe payment. */
export function importedGiftKey(source: string, idThere: string): string {
  return `${PREFIX}${source}:${idThere}`
}

/** Whether a donation was imported: no payment at Stripe belongs to it. */
export function isImported(paymentIntentId: string): boolean {
  return paymentIntentId.startsWith(PREFIX)
}
