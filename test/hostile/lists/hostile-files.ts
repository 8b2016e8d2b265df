import { deflateRawSync } from 'node:zlib'
import { awkwardTexts, formulas, markup, numbers } from './awkward-texts.ts'

const PACKED_BYTES = 64 * 1024 * 1024

/** A ZIP with one entry of 64 MiB of zeros in 64 KiB: as a spreadsheet it would fill the memory of whoever unpacks it. */
function zipBomb(entry: string): Buffer {
  const packed = deflateRawSync(Buffer.alloc(PACKED_BYTES))
  const name = Buffer.from(entry)
  const head = (signature: number, isCentral: boolean) => {
    const bytes = Buffer.alloc(isCentral ? 46 : 30)
    bytes.writeUInt32LE(signature, 0)
    const at = isCentral ? 6 : 4
    bytes.writeUInt16LE(20, at)
    bytes.writeUInt16LE(8, at + 4)
    bytes.writeUInt32LE(packed.length, at + 14)
    bytes.writeUInt32LE(PACKED_BYTES, at + 18)
    bytes.writeUInt16LE(name.length, at + 22)
    return bytes
  }
  const local = Buffer.concat([head(0x04034b50, false), name, packed])
  const central = Buffer.concat([head(0x02014b50, true), name])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

const camt = (inside: string, before = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>${before}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>${inside}</Stmt></BkToCstmrStmt></Document>`
const entry = (amount: string, words: string, day = '2026-01-14') =>
  `<Ntry><Amt Ccy="USD">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>${day}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>${words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
const mt940 = (lines: string) =>
  `:20:START\n:25:10020030/1234567\n:28C:1/1\n:60F:C260113EUR0,00\n${lines}\n:62F:C260114EUR5,00\n-\n`
const ofx = (lines: string, currency = 'USD') =>
  `OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>${currency}<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>${lines}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`

let made: readonly Buffer[] | null = null

/** Files that are no statement and no list of gifts, or one with something in it. They are made once. */
export function hostileFiles(): readonly Buffer[] {
  made ??= makeFiles()
  return made
}

function makeFiles(): Buffer[] {
  const texts = awkwardTexts.map((text) => text.toWellFormed()).filter((text) => text.length < 2_000)
  const entities = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
  ).join('')
  const inCsv = [
    'Day,Amount\n',
    'Day,Amount',
    'Day;Amount\n2023-04-03;5,00',
    'sep=;\nDay;Amount\n1;2',
    `Day,Amount,Name\n${texts.map((text) => `2023-04-03,5.00,${cell(text)}`).join('\n')}`,
    `Day,Amount,Name\n${numbers.map((text) => `2023-04-03,${cell(text)},x`).join('\n')}`,
    `Day,Amount,Name\n${formulas.map((text) => `2023-04-03,5.00,${cell(text)}`).join('\n')}`,
    `${markup.map(cell).join()}\n${markup.map(cell).join()}`,
    `__proto__,constructor,toString\n1,2,3\n1,2,3\n`,
    `Day,Day,Day\n1,2,3\n`,
    `Day,Amount\n"${'a'.repeat(200_000)}",5\n`,
    `Day,Amount\n"never closed,5\n`,
    `Day,Amount\n${'"'.repeat(5_001)},5\n`,
    `Day,Amount\n${'x,'.repeat(60_000)}\n`,
    `${'a,'.repeat(300)}\n${'1,'.repeat(300)}\n`,
    '\n'.repeat(20_000),
    ','.repeat(20_000),
    'Day,Amount\r2023-04-03,5.00\r2023-04-04,6.00',
    '\u0000,\u0000\n\u0000,\u0000\n',
    'Day,Amount\n2023-04-03,5\u0000.00\n',
    '\ufeff\ufeffDay,Amount\n1,2',
  ]
  const inXml = [
    camt(''),
    camt(entry('812.31', 'STRIPE')),
    camt(entry('1e400', 'x') + entry('-0', 'x') + entry('0x10', 'x') + entry('9'.repeat(60), 'x')),
    camt(
      texts
        .slice(0, 60)
        .map((text) => entry('5.00', `<![CDATA[${text.replaceAll(']]>', '')}]]>`))
        .join(''),
    ),
    camt(entry('5.00', '&#0;&#x1F;&#xD800;&#x110000;&undefined;&amp;lt;')),
    camt(entry('5.00', 'x'), `<!DOCTYPE d [<!ENTITY e0 "hx7q">${entities}]>`),
    camt(entry('5.00', '&x;'), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    camt(entry('5.00', 'x'), '<!doctype d SYSTEM "https://hx7q.example/d.dtd">'),
    camt('<__proto__><isAdmin>1</isAdmin></__proto__><constructor><prototype>1</prototype></constructor>'),
    camt(`<a `.repeat(2_000)),
    camt(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`),
    camt(`<Ntry ${Array.from({ length: 5_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`),
    camt(`<!-- ${'-'.repeat(50_000)}`),
    '<?xml version="1.0" encoding="UTF-7"?><Document/>',
    '<Document>',
  ]
  const inOthers = [
    mt940(':61:2601140114C5,00NTRFNONREF\n:86:STRIPE'),
    mt940(`:61:${'9'.repeat(5_000)}\n:86:${'x'.repeat(50_000)}`),
    mt940(':61:2601140114C1e5,00NTRF//\n:61::61::86::86:'),
    mt940(texts.map((text) => `:61:2601140114C5,00NTRFNONREF\n:86:${text}`).join('\n')),
    ofx('<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260114<TRNAMT>5.00<FITID>1<NAME>STRIPE</STMTTRN>'),
    ofx('<STMTTRN><DTPOSTED>99999999<TRNAMT>1e9<FITID><NAME></STMTTRN>'),
    ofx('<STMTTRN>'.repeat(20_000)),
    ofx(
      texts
        .map((text) => `<STMTTRN><DTPOSTED>20260114<TRNAMT>5.00<FITID>${text}<NAME>${text}</STMTTRN>`)
        .join(''),
    ),
    ofx('<STMTTRN>', 'hx7q'),
    '%PDF-1.7\n',
    'MZ',
    '{"a":1}',
    '<html><script>1</script></html>',
    '',
  ]
  return [
    ...[...inCsv, ...inXml, ...inOthers].map((text) => Buffer.from(text)),
    Buffer.from('\ufeffDay,Amount\n2023-04-03,5.00\n', 'utf16le'),
    Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x2c, 0x00]),
    Buffer.from([0xed, 0xa0, 0x80, 0x2c, 0x31, 0x0a]),
    zipBomb('xl/worksheets/sheet1.xml'),
    zipBomb('../../../../tmp/hx7q.csv'),
    Buffer.alloc(100_000),
    Buffer.alloc(5 * 1024 * 1024 + 1, 'a,b\n'),
  ]
}
