import { html, raw } from 'hono/html'
import { markupText, type Html } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'
import { FONTS, MAIL_STYLES, OUTLOOK_COLUMN, OUTLOOK_STYLES } from './mail-styles.ts'
import { oneLine } from '../mail.ts'

/** Who writes. */
export type Letterhead = {
  readonly name: string
  /** Postal address; may have several lines. Null in mails to staff. */
  readonly address: string | null
  /** Of a picture, with https://; null: the name stands in its place. */
  readonly logoUrl: string | null
}

const LOGO_PX = 48

/**
 * The HTML of a mail: who writes, the content, and the address below. Mail programs differ more than browsers do: tables
 * and attributes hold it together in Outlook, the colours of light mode stand inline because some programs drop the style
 * sheet, and none of them is pure white or black, since some programs turn the colours round in dark mode.
 */
export function mailDocument(mail: {
  readonly text: Text
  /** Screen readers read it first. */
  readonly title: string
  readonly letterhead: Letterhead
  readonly body: Html
}): string {
  const { text, title, letterhead, body } = mail
  const start = text.direction === 'rtl' ? 'right' : 'left'
  return markupText(
    html`<!doctype html>
      <html lang="${text.language}" dir="${text.direction}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="supported-color-schemes" content="light dark" />
          <meta name="x-apple-disable-message-reformatting" />
          <title>${oneLine(title)}</title>
          ${raw(`<style>${MAIL_STYLES}</style>`)} ${raw(OUTLOOK_STYLES)}
        </head>
        <body
          class="page"
          style="margin:0;padding:0;background:#faf9f6;color:#1d1c1a;font:16px/1.5 ${FONTS};-webkit-text-size-adjust:100%"
        >
          <table
            role="presentation"
            class="page"
            width="100%"
            cellpadding="0"
            cellspacing="0"
            border="0"
            bgcolor="#faf9f6"
            style="background:#faf9f6;color:#1d1c1a"
          >
            <tr>
              <td align="center" style="padding:24px 20px">
                ${raw(OUTLOOK_COLUMN.before)}
                <table
                  role="presentation"
                  width="100%"
                  cellpadding="0"
                  cellspacing="0"
                  border="0"
                  style="max-width:560px"
                >
                  <tr>
                    <td
                      dir="${text.direction}"
                      align="${start}"
                      style="font:16px/1.5 ${FONTS};text-align:${start};overflow-wrap:anywhere"
                    >
                      ${headOf(letterhead)} ${body} ${footOf(letterhead)}
                    </td>
                  </tr>
                </table>
                ${raw(OUTLOOK_COLUMN.after)}
              </td>
            </tr>
          </table>
        </body>
      </html>`,
  )
}

function headOf({ name, logoUrl }: Letterhead): Html {
  // Where pictures are blocked, the words of `alt` stand in the picture's place, in these letters.
  const sign =
    logoUrl === null
      ? html`<strong style="font-size:18px"><bdi>${oneLine(name)}</bdi></strong>`
      : html`<img
          class="logo"
          src="${logoUrl}"
          alt="${oneLine(name)}"
          height="${LOGO_PX}"
          border="0"
          style="display:inline-block;width:auto;max-width:100%;height:${LOGO_PX}px;object-fit:contain;font-size:18px;font-weight:bold;line-height:${LOGO_PX}px;vertical-align:middle"
        />`
  return html`<div class="line" style="margin:0 0 24px;padding:0 0 16px;border-bottom:1px solid #dcd8d1">
    ${sign}
  </div>`
}

function footOf({ name, address }: Letterhead): Html | '' {
  if (address === null) return ''
  const lines = oneLine(address.replace(/\s*\n\s*/g, ', '))
  return html`<p
    class="quiet line"
    style="margin:32px 0 0;padding:16px 0 0;border-top:1px solid #dcd8d1;color:#5c5852;font-size:14px"
  >
    <bdi>${oneLine(name)}</bdi><br /><bdi>${lines}</bdi>
  </p>`
}

export function mailHeading(words: Html | string): Html {
  return html`<h1 style="margin:0 0 16px;font-size:26px;line-height:1.25">${words}</h1>`
}

export function mailParagraph(words: Html | string): Html {
  return html`<p style="margin:0 0 16px">${words}</p>`
}

export function mailSmallPrint(words: Html | string): Html {
  return html`<p class="quiet" style="margin:0 0 16px;color:#5c5852;font-size:14px">${words}</p>`
}

/** Small print that is English in a mail of any language: legal words hold as they were written. */
export function mailEnglishPrint(words: string): Html {
  return html`<p
    lang="en"
    dir="ltr"
    class="quiet"
    style="margin:0 0 16px;color:#5c5852;font-size:14px;text-align:left"
  >
    ${words}
  </p>`
}

/** What somebody else wrote, in its own direction and with its own lines. */
export function mailQuote(words: string): Html {
  return html`<blockquote
    dir="auto"
    class="line"
    style="margin:0 0 16px;padding:0 16px;border-inline-start:4px solid #dcd8d1;white-space:pre-wrap"
  >
    ${words}
  </blockquote>`
}

export function mailNotice(words: string): Html {
  return html`<p class="notice" style="margin:0 0 16px;padding:12px 16px;background:#e8f2ee">
    <strong>${words}</strong>
  </p>`
}

export function mailLink(url: string, words: string): Html {
  return html`<a class="link" href="${url}" style="color:#0f5f4a">${words}</a>`
}

/**
 * The one thing to do. It is a coloured cell of a table with a link in it, so that it needs no picture and has its size in
 * Outlook, too. The address stands below it for programs that show no button at all.
 */
export function mailButton({ words, url }: { words: string; url: string }, text: Text): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 12px">
      <tr>
        <td
          class="button"
          bgcolor="#0f5f4a"
          style="border-radius:8px;background:#0f5f4a;text-align:center;mso-padding-alt:14px 28px"
        >
          <a
            href="${url}"
            style="display:inline-block;padding:13px 27px;border:1px solid #0f5f4a;border-radius:8px;color:#faf9f6;font-weight:bold;line-height:1.3;text-decoration:none"
            >${words}</a
          >
        </td>
      </tr>
    </table>
    <p class="quiet" style="margin:0 0 24px;color:#5c5852;font-size:14px">
      ${text.mail('frame.plainLink')}<br />
      <a class="link" href="${url}" dir="ltr" style="color:#0f5f4a;word-break:break-all">${url}</a>
    </p>`
}
