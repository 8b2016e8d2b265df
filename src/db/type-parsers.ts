import pg from 'pg'

const INT8 = 20
const DATE = 1082

/** Money is bigint everywhere and a date is a day, not a moment: pg's defaults (text, local midnight) are wrong for both. */
pg.types.setTypeParser(INT8, (text) => BigInt(text))
pg.types.setTypeParser(DATE, (text) => text)
