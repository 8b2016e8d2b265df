import type { DirectTool } from '../../config/config.ts'
import type { MailingTool } from './mailing-tool.ts'
import { buttondown } from './buttondown-gateway.ts'
import { ghost } from './ghost-gateway.ts'
import { mailchimp } from './mailchimp-gateway.ts'

/** The newsroom's mailing tool as the service speaks to it. */
export function mailingTool(tool: DirectTool, clock: () => Date): MailingTool {
  switch (tool.kind) {
    case 'mailchimp':
      return mailchimp(tool)
    case 'buttondown':
      return buttondown(tool)
    case 'ghost':
      return ghost(tool, clock)
  }
}
