/** `2026-000123`: the year in the newsroom's timezone and a number without holes in it. */
export type ReceiptNumber = string & { readonly __brand: 'ReceiptNumber' }

const SHORTEST_SEQUENCE = 6
const NUMBER = /^(\d{4})-(0\d{5}|[1-9]\d{5,17})$/

/** @throws RangeError for what no receipt can bear: numbers start at one. */
export function receiptNumber(year: number, sequence: bigint): ReceiptNumber {
  if (!Number.isInteger(year) || year < 1000 || year > 9999 || sequence < 1n) {
    throw new RangeError(`No receipt has the number ${sequence} of ${year}`)
  }
  // The one place that makes the brand from parts.
  return `${year}-${sequence.toString().padStart(SHORTEST_SEQUENCE, '0')}` as ReceiptNumber
}

/** Exactly what `receiptNumber` writes; null for every other text. */
export function parseReceiptNumber(
  text: string,
): { readonly year: number; readonly sequence: bigint } | null {
  const [, year = '', sequence = ''] = NUMBER.exec(text) ?? []
  if (year === '' || year.startsWith('0') || BigInt(sequence) < 1n) return null
  return { year: Number(year), sequence: BigInt(sequence) }
}
