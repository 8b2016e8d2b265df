/** The letters of a mail: what the reader's system has. */
export const FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"

/** What cannot stand inline: the colours of dark mode, each over the inline one of light mode. */
export const MAIL_STYLES = `
:root {
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  .page {
    background: #171614 !important;
    color: #edeae4 !important;
  }
  .quiet {
    color: #b3aea4 !important;
  }
  .line {
    border-color: #3a3732 !important;
  }
  .notice {
    background: #1d312a !important;
  }
  .link {
    color: #7ed3b5 !important;
  }
  .button {
    background: #7ed3b5 !important;
  }
  .button a {
    border-color: #7ed3b5 !important;
    color: #0c211a !important;
  }
  .logo {
    padding: 8px 12px !important;
    border-radius: 6px !important;
    background: #faf9f6 !important;
    color: #1d1c1a !important;
  }
}
`

/** Outlook for Windows falls back to Times where it does not know the first of several fonts. */
export const OUTLOOK_STYLES =
  '<!--[if mso]><style>* { font-family: Arial, sans-serif !important; }</style><![endif]-->'

/** Outlook for Windows knows no greatest width: a table of a fixed width around the column stands in for it. */
export const OUTLOOK_COLUMN = {
  before:
    '<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->',
  after: '<!--[if mso]></td></tr></table><![endif]-->',
} as const
