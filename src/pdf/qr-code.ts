import { create } from 'qrcode'

/** A QR code's rows of dark (`true`) and light modules, without the quiet zone around it. */
export function qrModules(content: string): readonly (readonly boolean[])[] {
  const { modules } = create(content, { errorCorrectionLevel: 'M' })
  return Array.from({ length: modules.size }, (_row, row) =>
    Array.from({ length: modules.size }, (_column, column) => modules.get(row, column) === 1),
  )
}
