/** The message with its values in place of their `{{names}}`. */
export function fill(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replace(/{{(\w+)}}/g, (_, name: string) => `${values[name]}`)
}
