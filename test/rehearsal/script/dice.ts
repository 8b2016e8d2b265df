import { seededRandom } from '../../../src/stripe-sandbox/ids.ts'

/** Random choices that can be repeated: under the same seed and names, the n-th is always the same. */
export type Dice = {
  /** A whole number, both ends included. */
  int(from: number, to: number): number
  /** True with this probability, from 0 to 1. */
  often(probability: number): boolean
  pick<const T extends readonly [unknown, ...unknown[]]>(list: T): T[number]
  shuffled<T>(list: readonly T[]): T[]
}

export function diceOf(seed: number, ...names: readonly (string | number)[]): Dice {
  let thrown = 0
  const next = (): number => {
    thrown += 1
    return seededRandom(seed, 'rehearsal', ...names, thrown)
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    int,
    often: (probability) => next() < probability,
    pick: (list) => list[int(0, list.length - 1)],
    shuffled: (list) =>
      list
        .map((item) => ({ item, place: next() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ item }) => item),
  }
}
