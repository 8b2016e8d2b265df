type Known<T> = { -readonly [Key in keyof T]?: Exclude<T[Key], null> }

/** The fields without those that are null: the database says null where a view leaves a field out. */
export function known<T extends Record<string, unknown>>(fields: T): Known<T> {
  // `Object.fromEntries` forgets the fields' types; nothing was added to them.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Known<T>
}
