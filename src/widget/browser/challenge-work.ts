/**
 * SHA-256 (FIPS 180-4) of short ASCII texts, for the first 32 bits alone. The browser's own digest answers each call in a
 * task of its own, which is ten times slower for texts as short as these, and is missing on pages served over http.
 */
const ROUND = new Int32Array(64)
const START = new Int32Array(8)

/** The fractional parts of the roots of the first 64 primes. */
for (let n = 2, found = 0; found < 64; n += 1) {
  let isPrime = true
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) isPrime = false
  if (!isPrime) continue
  const bitsOf = (root: number) => ((root % 1) * 0x100000000) | 0
  if (found < 8) START[found] = bitsOf(Math.sqrt(n))
  ROUND[found] = bitsOf(Math.cbrt(n))
  found += 1
}

const words = new Int32Array(64)
const rotated = (word: number, by: number) => (word >>> by) | (word << (32 - by))

/** The first word of the hash. @param text ASCII, at most 55 characters, which is one block */
export function firstWord(text: string): number {
  words.fill(0, 0, 16)
  for (let at = 0; at < text.length; at += 1)
    words[at >> 2] = (words[at >> 2] ?? 0) | (text.charCodeAt(at) << (24 - (at & 3) * 8))
  words[text.length >> 2] = (words[text.length >> 2] ?? 0) | (0x80 << (24 - (text.length & 3) * 8))
  words[15] = text.length * 8
  for (let at = 16; at < 64; at += 1) {
    const w15 = words[at - 15] ?? 0
    const w2 = words[at - 2] ?? 0
    const s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 >>> 3)
    const s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 >>> 10)
    words[at] = ((words[at - 16] ?? 0) + s0 + (words[at - 7] ?? 0) + s1) | 0
  }
  // One by one: taking a list apart, here or above, takes longer than all rounds.
  let a = START[0] ?? 0
  let b = START[1] ?? 0
  let c = START[2] ?? 0
  let d = START[3] ?? 0
  let e = START[4] ?? 0
  let f = START[5] ?? 0
  let g = START[6] ?? 0
  let h = START[7] ?? 0
  for (let at = 0; at < 64; at += 1) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[at] ?? 0) + (words[at] ?? 0)) | 0
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  return (a + (START[0] ?? 0)) >>> 0
}

/** The page stays usable: so long the work goes on before it lets the browser draw. */
const SLICE_MS = 12

/**
 * For each part a counter with which SHA-256 of `salt.part.counter` begins with so many zero bits, joined by hyphens.
 * @param rest resolves when the work may go on
 */
export async function proofOfWork(
  { salt, parts, bits }: { readonly salt: string; readonly parts: number; readonly bits: number },
  now: () => number,
  rest: () => Promise<unknown>,
): Promise<string> {
  const limit = 2 ** (32 - bits)
  const counters: number[] = []
  let since = now()
  for (let part = 0; part < parts; part += 1) {
    const start = `${salt}.${part}.`
    let counter = 0
    for (; firstWord(start + counter) >= limit; counter += 1) {
      if (counter % 64 !== 0 || now() - since < SLICE_MS) continue
      await rest()
      since = now()
    }
    counters.push(counter)
  }
  return counters.join('-')
}
