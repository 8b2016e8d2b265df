/** Looks until there is something to see, and gives it back. @throws when the deadline passes without it */
export async function until<Seen>(
  what: string,
  look: () => Seen | Promise<Seen>,
  deadlineMs = 30_000,
): Promise<NonNullable<Exclude<Seen, false>>> {
  const end = Date.now() + deadlineMs
  for (;;) {
    const seen = await look()
    // The condition leaves out exactly what the type does.
    if (seen !== null && seen !== undefined && seen !== false)
      return seen as NonNullable<Exclude<Seen, false>>
    if (Date.now() > end) throw new Error(`Not seen within ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
