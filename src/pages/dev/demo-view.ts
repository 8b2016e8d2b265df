import { html } from 'hono/html'
import { page, webUrl } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'

export type DemoView = {
  readonly text: Text
  readonly newsroomName: string
  /** The words of the link that stays where scripts are off. */
  readonly invitation: string
  /** An absolute address on an allowed site; the widget sends it as the article's. */
  readonly articleUrl: string
}

const headline = 'Ferry crossings to return in spring after two years of repairs'

/** An article page like a newsroom's, with the widget at its foot. It exists only outside production. */
export function demoPage(view: DemoView): string {
  const fallback = `/donate?article=${encodeURIComponent(view.articleUrl)}`
  return page({
    text: view.text,
    title: headline,
    newsroomName: view.newsroomName,
    homeUrl: '/demo',
    styles: ['demo'],
    head: html`<link rel="canonical" href="${webUrl(view.articleUrl)}" />
      <meta property="og:title" content="${headline}" />
      <script src="/widget.js" async></script>`,
    body: html`<article class="story">
        <p class="kicker">Harbour</p>
        <h1>${headline}</h1>
        <p class="quiet small">
          By Mara Lindqvist · A demonstration article: the people and places are invented
        </p>
        <p class="lead">
          The east pier will open again on the first weekend of April, the harbour board decided on Tuesday
          night, ending the longest pause in the crossing’s 90 years.
        </p>
        <p>
          Engineers found in their last inspection that the new pilings carry the full load, according to the
          minutes of the meeting. The board voted five to two to end the closure. The two members against
          asked for a second inspection after the winter storms.
        </p>
        <p>
          For the 1,100 people of Skerry Point the decision means a 12-minute crossing instead of an hour by
          road. “I have missed two school plays because of that road,” said Tomas Okafor, who works nights at
          the cannery. “I’ll be on the first boat.”
        </p>
        <h2>What it cost</h2>
        <p>
          Repairs came to 4.3 million, about a fifth more than planned, the accounts show. The board had
          assured residents in May that the work was within budget. Asked about the difference, its chair said
          the figures in May did not yet include the pilings.
        </p>
        <p>
          Fares stay as they were until the end of the year. A public hearing on the timetable is set for the
          second week of February at the town hall.
        </p>
      </article>
      <aside class="giving" aria-labelledby="giving">
        <h2 id="giving">Reporting like this is paid for by readers</h2>
        <p>
          We read the accounts so that you do not have to. If this was of use to you, you can help us go on.
        </p>
        <reader-donation><a href="${fallback}">${view.invitation}</a></reader-donation>
      </aside>`,
  })
}
