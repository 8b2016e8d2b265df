import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { capturedMail, type CapturedMail, type CapturedMails } from './captured-mail.ts'
import { addressUnusable, isUsableAddress, type Mailer } from './mail.ts'
import { messageOf } from './mailer-gateway.ts'

/** For development: writes mail into a folder instead of sending it. A mail with the same Message-ID is overwritten. */
export function openCapturedMailer(folder: string): Mailer & CapturedMails {
  const builder = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

  async function putFile(name: string, content: string | Buffer): Promise<void> {
    const unfinished = join(folder, `.${randomUUID()}.tmp`)
    await writeFile(unfinished, content)
    await rename(unfinished, join(folder, name)) // so that nobody ever reads half a file, also after a crash
  }

  async function readCaptured(name: string, ending: string): Promise<Buffer | null> {
    if (!isName(name)) return null
    return readFile(join(folder, name + ending)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
  }

  async function read(name: string): Promise<CapturedMail | null> {
    const json = await readCaptured(name, '.json')
    return json === null ? null : mailIn(json.toString('utf8'))
  }

  return {
    async send(mail) {
      if (!isUsableAddress(mail.to.address)) return addressUnusable
      const name = mail.messageId.replace(/^<|>$/g, '')
      if (!isName(name)) return { outcome: 'permanent', failure: 'other', reason: 'Message-ID unusable' }
      await mkdir(folder, { recursive: true })
      const { message } = await builder.sendMail(messageOf(mail))
      if (!Buffer.isBuffer(message)) throw new Error('nodemailer did not build the mail in memory')
      const { subject, text, html } = mail
      const captured: CapturedMail = { from: mail.from.address, to: mail.to.address, subject, text, html }
      await putFile(`${name}.json`, JSON.stringify(captured))
      await putFile(`${name}.eml`, message) // last, because `list` goes by the .eml files
      return { outcome: 'sent' }
    },
    async list() {
      const files = await readdir(folder).catch(() => [])
      const names = files.filter((file) => file.endsWith('.eml')).map((file) => file.slice(0, -'.eml'.length))
      const mails = await Promise.all(
        names.map(async (name) => {
          const mail = await read(name)
          const { mtime } = await stat(join(folder, `${name}.eml`))
          return mail === null ? [] : [{ name, at: mtime, mail }]
        }),
      )
      return mails.flat().toSorted((a, b) => b.at.getTime() - a.at.getTime())
    },
    read,
    readEml: (name) => readCaptured(name, '.eml'),
    close() {
      builder.close()
    },
  }
}

/** Null for a file that somebody damaged, or that a version with other fields wrote: the other mails still show. */
function mailIn(json: string): CapturedMail | null {
  try {
    return capturedMail.safeParse(JSON.parse(json)).data ?? null
  } catch {
    return null
  }
}

/** Whether it is a Message-ID without its brackets, and therefore no path out of the folder. */
function isName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]*@[A-Za-z0-9.-]+$/.test(name) && name.length <= 200
}
