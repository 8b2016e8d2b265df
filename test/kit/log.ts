import { makeLogger } from '../../src/http/logger.ts'

/** The service's own logger, with its lines kept to be looked at. */
export function keptLog() {
  const lines: string[] = []
  const log = makeLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } })
  return { log, lines, text: () => lines.join('') }
}
