import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import { errorForLog } from './error-for-log.ts'

// A second net: nothing of this should be handed to the log in the first place.
const PRIVATE_FIELDS = [
  'authorization',
  'body',
  'cookie',
  'donor',
  'donorName',
  'email',
  'headers',
  'password',
  'secret',
  'secretKey',
  'token',
]

/** The service's log: JSON lines with ISO times, without secrets or donor data. */
export function makeLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    // Wrapped: pino hands a serializer more than the value.
    serializers: { err: (error: unknown) => errorForLog(error) },
    redact: { paths: PRIVATE_FIELDS.flatMap((field) => [field, `*.${field}`]), remove: true },
  }
  return options.destination ? pino(settings, options.destination) : pino(settings)
}
