import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Koa from 'koa'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { capturedMailRouter } from '../../src/pages/dev/captured-mail-routes.ts'
import { openCapturedMailer } from '../../src/mail/captured-mailer.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { aMail } from './mail-sample.ts'

/** The captured mail's name: its Message-ID without brackets. */
const NAME = 'receipt.2026-000123@news.example'
let folder: string
let mailer: ReturnType<typeof openCapturedMailer>

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'captured-')), 'mail')
  mailer = openCapturedMailer(folder)
})
afterEach(async () => {
  mailer.close()
  await rm(join(folder, '..'), { recursive: true, force: true })
})

describe('the captured mailer', () => {
  it('writes the message that a mail server would receive', async () => {
    expect(await mailer.send(aMail())).toEqual({ outcome: 'sent' })
    const mail = await simpleParser((await mailer.readEml(NAME)) ?? '')
    expect(mail).toMatchObject({ subject: 'Thank you – Дмитрий', messageId: `<${NAME}>` })
    expect(mail.text).toContain('ünïcode')
  })

  it.each(['{"subject":', '{"title":"of another version"}', 'null'])(
    'leaves out a file that it cannot read, and shows the other mails (%s)',
    async (damaged) => {
      await mailer.send(aMail())
      for (const ending of ['eml', 'json'])
        await writeFile(join(folder, `old@news.example.${ending}`), damaged)
      expect((await mailer.list()).map(({ name }) => name)).toEqual([NAME])
    },
  )

  it('overwrites a mail that is sent again, and leaves no unfinished file', async () => {
    await mailer.send(aMail())
    await mailer.send(aMail({ subject: 'Again' }))
    expect((await mailer.list()).map(({ mail }) => mail.subject)).toEqual(['Again'])
    expect((await readdir(folder)).toSorted()).toEqual([`${NAME}.eml`, `${NAME}.json`])
  })

  it('lists nothing before the first mail', async () => {
    expect(await mailer.list()).toEqual([])
    expect(await mailer.read(NAME)).toBeNull()
  })

  it.each(['<../../etc/passwd@x>', '<a/b@x>', '<@x>', '<a\0@x>'])(
    'refuses the Message-ID %s, which is no safe name of a file',
    async (messageId) => {
      expect(await mailer.send(aMail({ messageId }))).toMatchObject({ outcome: 'permanent' })
      expect(await mailer.read(messageId.slice(1, -1))).toBeNull()
    },
  )
})

describe('/dev/mail', () => {
  let server: TestServer
  let base: string

  beforeEach(async () => {
    server = await listen(new Koa().use(capturedMailRouter(mailer, 'The Harbour Post').routes()).callback())
    base = `${server.url}/dev/mail`
    await mailer.send(aMail())
  })
  afterEach(() => server.close())

  it('lists the mails, and shows one with its links', async () => {
    const list = await (await fetch(base)).text()
    expect(list).toContain(`href="/dev/mail/${encodeURIComponent(NAME)}"`)
    expect(list).toContain('reader@mail.example')
    const one = await (await fetch(`${base}/${encodeURIComponent(NAME)}`)).text()
    expect(one).toContain('<a href="http://localhost:3000/receipts/abc">')
    expect(one).not.toContain('<script>')
  })

  it('shows the mail’s HTML in a sandbox of its own', async () => {
    const answer = await fetch(`${base}/${encodeURIComponent(NAME)}/html`)
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    expect(await answer.text()).toContain('<p>Words')
  })

  it('offers the whole message as a file', async () => {
    const answer = await fetch(`${base}/${encodeURIComponent(NAME)}/eml`)
    expect(answer.headers.get('content-disposition')).toContain('attachment')
    expect((await simpleParser(await answer.text())).messageId).toBe(`<${NAME}>`)
  })

  it.each(['nobody@x', '..%2F..%2Fetc%2Fpasswd', `${encodeURIComponent(NAME)}.json`])(
    'answers 404 for %s, which is no captured mail',
    async (name) => {
      for (const ending of ['', '/html', '/eml'])
        expect((await fetch(`${base}/${name}${ending}`)).status).toBe(404)
    },
  )
})
