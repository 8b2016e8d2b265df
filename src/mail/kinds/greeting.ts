import type { Text } from '../../text/text.ts'
import { oneLine } from '../mail.ts'

const LIKE_A_LINK = /[:/@<>]|www\.|\.\p{L}{2,}(?!\p{L})/iu
const LONGEST_NAME = 80

/** Leaves out a "name" that looks like a link: with it, strangers could send advertising to others in our name. */
export function greeting(donorName: string | null, text: Text): string {
  const name = donorName === null ? '' : oneLine(donorName)
  return name === '' || name.length > LONGEST_NAME || LIKE_A_LINK.test(name)
    ? text.mail('receipt.greetingWithoutName')
    : text.mail('receipt.greeting', { name })
}
