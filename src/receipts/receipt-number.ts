/** `2026-000123`: the year in the newsroom's timezone and a number that runs without gaps within that year. */
export type ReceiptNumber = string & { readonly __brand: 'ReceiptNumber' }

const SHORTEST_SEQUENCE = 6
const NUMBER = /^(\d{4})-(0\d{5}|[1-9]\d{5,17})$/

/** @throws RangeError unless the year has four digits and the number is at least one */
export function receiptNumber(year: number, sequence: bigint): ReceiptNumber {
  if (!Number.isInteger(year) || year < 1000 || year > 9999 || sequence < 1n) {
    throw new RangeError(`A receipt cannot have the number ${sequence} of ${year}`)
  }
  // Nothing else makes a receipt number.
  return `${year}-${sequence.toString().padStart(SHORTEST_SEQUENCE, '0')}` as ReceiptNumber
}

/** Reads exactly what `receiptNumber` writes; null for every other text. */
export function parseReceiptNumber(
  text: string,
): { readonly year: number; readonly sequence: bigint } | null {
  const [, year = '', sequence = ''] = NUMBER.exec(text) ?? []
  if (year === '' || year.startsWith('0') || BigInt(sequence) < 1n) return null
  return { year: Number(year), sequence: BigInt(sequence) }
}
