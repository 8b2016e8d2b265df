import { describe, expect, it } from 'vitest'
import { money } from '../../src/money/money.ts'
import { receiptPdf, type DrawnReceipt } from '../../src/receipts/receipt-pdf.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { currencyNamed } from '../kit/named.ts'
import { isDict, isRef, pdfObjects, type PdfDict, type PdfValue } from '../kit/pdf-objects.ts'
import { aProfile, aReceipt } from './receipt-sample.ts'

/** What PDF/UA-1 (ISO 14289-1) asks of a file and a program can check; no validator of it is to be had as a package. */

const proof = {
  code: '7K3M-9QTX-0B5E-WZ4H',
  url: 'https://give.example/v?n=1',
  pageUrl: 'https://give.example/v',
}
const logo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const voidedAt = new Date('2026-12-01T00:00:00Z')
const charity = aProfile({ legalStatus: 'charity', taxId: '12-3456789' })
const receipts: Readonly<Record<string, DrawnReceipt>> = {
  valid: aReceipt({ profile: charity, money: money(30_000n, currencyNamed('usd')) }),
  'in several scripts': aReceipt({ donorName: 'Ann ليلى 王小明 ☃ 𓀀' }),
  replaced: aReceipt({ voidedAt, voidReason: 'corrected', replacedBy: receiptNumber(2026, 124n) }),
  'of a returned gift': aReceipt({ voidedAt, voidReason: 'refunded' }),
  'that replaces another': aReceipt({ replaces: receiptNumber(2026, 122n) }),
  'of several pages': aReceipt({
    profile: aProfile({ statement: 'Whole sentences about the law. '.repeat(300) }),
  }),
}
const cases = Object.entries(receipts).flatMap(([name, receipt]) =>
  ['en', 'ar'].map((language) => ({ name, language, receipt })),
)

describe('the structure of a receipt’s PDF', () => {
  it.each(cases)('is whole: $name, $language', async ({ receipt, language }) => {
    const pdf = await receiptPdf({ ...receipt, proof }, textFor(language), { paper: 'a4', logo })
    const objects = pdfObjects(pdf)
    const at = (value: PdfValue | undefined): PdfDict => {
      const found = isRef(value) ? objects.get(value.ref)?.value : value
      if (!isDict(found)) throw new Error('A dictionary is missing')
      return found
    }
    const dicts = [...objects.values()].flatMap(({ value }) => (isDict(value) ? [value] : []))
    const [catalog] = dicts.filter((dict) => dict['/Type'] === '/Catalog')
    if (!catalog) throw new Error('The catalogue is missing')

    // The document says its language and its title, and declares what it is.
    expect(catalog['/Lang']).toBe(language)
    expect(at(catalog['/MarkInfo'])['/Marked']).toBe(true)
    expect(at(catalog['/ViewerPreferences'])['/DisplayDocTitle']).toBe(true)
    const { '/Metadata': metadata } = catalog
    const xmp = (isRef(metadata) && objects.get(metadata.ref)?.stream) || ''
    expect(xmp).toMatch(/pdfuaid:part>1</)
    expect(xmp).toMatch(/<dc:title>[^]*2026-000123/)

    // The tree in reading order: its elements, and which content each of them has.
    const root = at(catalog['/StructTreeRoot'])
    const elements: PdfDict[] = []
    const marked: string[] = []
    const walk = (element: PdfDict): void => {
      elements.push(element)
      for (const kid of listed(element['/K']))
        if (typeof kid === 'number') marked.push(`${refOf(element['/Pg'])}.${kid}`)
        else if (isDict(kid) && kid['/Type'] === '/MCR')
          marked.push(`${refOf(kid['/Pg'] ?? element['/Pg'])}.${String(kid['/MCID'])}`)
        else walk(at(kid))
    }
    for (const kid of listed(root['/K'])) walk(at(kid))
    const types = elements.map((element) => String(element['/S']))
    const roles = isDict(root['/RoleMap']) ? Object.keys(root['/RoleMap']) : []
    expect(types.filter((type) => !STANDARD.has(type) && !roles.includes(type))).toEqual([])
    expect(types.filter((type) => /^\/H\d?$/.test(type))).toEqual(['/H1'])

    const typesOf = (element: PdfDict) =>
      listed(element['/K'])
        .flatMap((kid) => (isRef(kid) ? [String(at(kid)['/S'])] : []))
        .join(' ')
    const ofType = (type: string) => elements.filter((element) => element['/S'] === type)
    expect(ofType('/Figure').filter((figure) => String(figure['/Alt'] ?? '').length < 3)).toEqual([])
    expect(ofType('/TH').filter((head) => at(head['/A'])['/Scope'] !== '/Row')).toEqual([])
    expect(ofType('/Table').filter((table) => !/^\/TR( \/TR)+$/.test(typesOf(table)))).toEqual([])
    expect(ofType('/TR').filter((row) => typesOf(row) !== '/TH /TD')).toEqual([])
    expect(types.filter((type) => type === '/Figure')).toHaveLength(2)

    // Everything that is drawn is content of one element, in the order of the tree, or decoration.
    const onPages: string[] = []
    const pages = listed(at(catalog['/Pages'])['/Kids'])
    for (const page of pages) {
      const dict = at(page)
      expect(dict['/Tabs']).toBe('/S')
      expect(typeof dict['/StructParents']).toBe('number')
      const stream = listed(dict['/Contents']).map(
        (part) => (isRef(part) && objects.get(part.ref)?.stream) || '',
      )
      const found = contentIn(stream.join('\n'))
      expect(found.outside).toEqual([])
      onPages.push(...found.ids.map((id) => `${refOf(page)}.${id}`))
    }
    expect(marked).toEqual(onPages)
    expect(new Set(marked).size).toBe(marked.length)

    // Every font is in the file, and says which letters its glyphs are.
    const fonts = dicts.filter((dict) => dict['/Type'] === '/Font' && dict['/Subtype'] === '/Type0')
    expect(fonts.length).toBeGreaterThan(1)
    expect(dicts.filter((dict) => dict['/Type'] === '/Font' && dict['/Subtype'] === '/Type1')).toEqual([])
    for (const font of fonts) {
      expect(isRef(font['/ToUnicode'])).toBe(true)
      const [descendant] = listed(font['/DescendantFonts'])
      const descriptor = at(at(descendant)['/FontDescriptor'])
      expect(isRef(descriptor['/FontFile2'] ?? descriptor['/FontFile3'])).toBe(true)
    }
  })
})

const STANDARD = new Set(['/Document', '/P', '/H1', '/Table', '/TR', '/TH', '/TD', '/Figure', '/Span'])

function listed(value: PdfValue | undefined): readonly PdfValue[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

const refOf = (value: PdfValue | undefined): number => (isRef(value) ? value.ref : -1)

/** The ids of the marked content of a page, and what is drawn outside of any. */
function contentIn(stream: string): { readonly ids: readonly number[]; readonly outside: readonly string[] } {
  const ids: number[] = []
  const outside: string[] = []
  let depth = 0
  for (const line of stream.split('\n')) {
    const id = /\/MCID (\d+)/.exec(line)?.[1]
    if (id !== undefined) ids.push(Number(id))
    if (/\b(BDC|BMC)$/.test(line)) depth += 1
    else if (line === 'EMC') depth -= 1
    else if (depth === 0 && /(^|\s)(Tj|TJ|f|f\*|S|s|B|Do|sh)$/.test(line)) outside.push(line)
  }
  return { ids, outside }
}
