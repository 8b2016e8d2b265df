import { z } from 'zod'
import { objectId, text, timestamp } from '../field-schema.ts'

/** An event made of an object's present state, as Stripe would have sent it when the object came into that state. */
export type SynthesisedEvent = {
  readonly type: string
  /** Names the state within the object, for the event's id: letters, digits and underscores. */
  readonly state: string
  /** When the object came into the state, as exactly as the object says. */
  readonly occurredAt: Date
  /** The object with ids where the request expanded it. */
  readonly object: StripeObject
}

export type StripeObject = { readonly id: string } & Readonly<Record<string, unknown>>

/**
 * Makes events of an object of one kind.
 * @param object as the API answers it, expanded as the object gateway asks
 * @param announcedAt when an event about the object was created, where there is one
 * @throws ZodError when the object is not what Stripe documents
 */
export type EventSynthesiser = (object: unknown, announcedAt: Date | null) => SynthesisedEvent[]

/** A reference of which only the time of creation matters. */
export const createdReference = z.union([z.object({ created: timestamp }), text]).nullish()

/** When a referenced object was created; null where only its id is there. */
export function createdAtOf(referenced: z.infer<typeof createdReference>): Date | null {
  return typeof referenced === 'object' && referenced !== null ? referenced.created : null
}

const anyObject = z.looseObject({ id: objectId })

/** A copy in which the named fields hold ids, as they do in events. */
export function collapsed(object: unknown, ...names: readonly string[]): StripeObject {
  const copy = { ...anyObject.parse(object) }
  for (const name of names) if (name in copy) copy[name] = idIn(copy[name])
  return copy
}

function idIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value
}

/** Part of an event's id, which has no other characters. */
export function idPart(state: string): string {
  return state.replaceAll(/\W/g, '_').slice(0, 60)
}
