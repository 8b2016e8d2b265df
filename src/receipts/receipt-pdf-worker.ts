import { Worker } from 'node:worker_threads'
import { Refusal } from '../http/refusal.ts'
import type { PrintedOn } from '../pdf/paper.ts'
import type { DrawnReceipt } from './receipt-pdf.ts'

/** Draws receipts in a thread of its own, since drawing one keeps a processor busy for some tenths of a second. */
export type PdfRenderer<Content = DrawnReceipt> = {
  /**
   * @param locale the language of its words: BCP 47; unset: English
   * @throws Refusal unavailable when too many receipts wait, or when it could not be drawn
   */
  render(content: Content, locale?: string): Promise<Buffer>
  /** Ends the thread; receipts that wait are refused. */
  stop(): Promise<void>
}

/** @property receipt a receipt, or what else the thread's program draws; @property locale the language to draw it in */
export type PdfOrder<Content = DrawnReceipt> = { readonly receipt: Content; readonly locale: string }
export type PdfAnswer = { readonly pdf: Uint8Array } | { readonly failed: string }

export type PdfRendererOptions = {
  /** What the thread is started with; unset: A4 without a logo. */
  readonly printedOn?: PrintedOn
  /** How many receipts may wait for the one that is being drawn. */
  readonly waitingAtMost?: number
  /** A receipt that takes longer ends the thread, and the next one starts another. */
  readonly deadlineMs?: number
  /** The thread's program; statements and tests put another one in its place. */
  readonly program?: URL
}

type Job<Content> = {
  readonly receipt: Content
  readonly locale: string
  readonly resolve: (pdf: Buffer) => void
  readonly reject: (error: unknown) => void
}

const WAITING_AT_MOST = 20
const DEADLINE_MS = 20_000
const RETRY_SECONDS = 5
// A receipt takes some megabytes. The limit ends the thread, and not the service, should one take more.
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }
const PROGRAM = new URL('./receipt-pdf-thread.ts', import.meta.url)

/** The thread starts with the first receipt. It draws one at a time; the others wait, a bounded number of them. */
export function startPdfRenderer<Content = DrawnReceipt>(
  options: PdfRendererOptions = {},
): PdfRenderer<Content> {
  const {
    printedOn = { paper: 'a4', logo: null },
    waitingAtMost = WAITING_AT_MOST,
    deadlineMs = DEADLINE_MS,
    program = PROGRAM,
  } = options
  const waiting: Job<Content>[] = []
  let drawing: Job<Content> | null = null
  let thread: Worker | null = null
  let stopped = false

  const next = (): void => {
    drawing = waiting.shift() ?? null
    if (drawing) draw(drawing)
  }

  const draw = (job: Job<Content>): void => {
    const worker = (thread ??= startThread())
    const end = (settle: () => void): void => {
      clearTimeout(deadline)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      settle()
      next()
    }
    const fail = (cause: Error): void => {
      thread = null
      end(() => job.reject(busy('This receipt could not be drawn.', cause)))
      void worker.terminate()
    }
    const onMessage = (answer: PdfAnswer): void =>
      end(() =>
        'pdf' in answer
          ? job.resolve(Buffer.from(answer.pdf))
          : job.reject(new Error(`The receipt could not be drawn: ${answer.failed}`)),
      )
    const onError = (error: Error): void => fail(error)
    const onExit = (): void => fail(new Error('The thread that draws receipts has ended'))
    const deadline = setTimeout(
      () => fail(new Error(`The receipt was not drawn within ${deadlineMs} ms`)),
      deadlineMs,
    )
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    const order: PdfOrder<Content> = { receipt: job.receipt, locale: job.locale }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, only windows do
    worker.postMessage(order)
  }

  const startThread = (): Worker => {
    // It needs none of the service's secrets, and none of the options that the service itself was started with.
    const worker = new Worker(program, {
      workerData: printedOn,
      resourceLimits: MEMORY,
      env: {},
      execArgv: [],
    })
    worker.on('error', () => undefined) // `draw` reports it; an idle thread that fails is replaced
    worker.on('exit', () => {
      if (thread === worker) thread = null
    })
    worker.unref()
    return worker
  }

  return {
    render(content, locale = 'en') {
      if (stopped) return Promise.reject(busy('The service is stopping.'))
      if (waiting.length >= waitingAtMost)
        return Promise.reject(busy('Many receipts are being made at the moment.'))
      return new Promise((resolve, reject) => {
        waiting.push({ receipt: content, locale, resolve, reject })
        if (!drawing) next()
      })
    },
    async stop() {
      stopped = true
      for (const job of waiting.splice(0)) job.reject(busy('The service is stopping.'))
      await thread?.terminate()
    },
  }
}

function busy(why: string, cause?: Error): Refusal {
  return new Refusal('unavailable', `${why} Please try again in a moment.`, {
    retryAfterSeconds: RETRY_SECONDS,
    ...(cause ? { cause } : {}),
  })
}
