/** One trial: what it measured, in rows to read, and what was not as it has to be. */
export type Trial = {
  /** What it tries, in a sentence. */
  readonly tries: string
  run(say: (text: string) => void): Promise<TrialResult>
}

export type TrialResult = {
  readonly rows: readonly (readonly [what: string, measured: string])[]
  /** Sentences. Empty: everything is as it has to be. */
  readonly problems: readonly string[]
}

/** @returns the problems of those that do not hold */
export function problemsOf(...demands: readonly (readonly [holds: boolean, problem: string])[]): string[] {
  return demands.filter(([holds]) => !holds).map(([, problem]) => problem)
}

/** The value below which this share of the values is. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
