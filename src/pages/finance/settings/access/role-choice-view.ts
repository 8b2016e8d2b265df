import { html } from 'hono/html'
import { roles, type Role } from '../../../../access/role.ts'
import { describedBy, fieldProblem, type FormProblem } from '../../../../html/form-problems-view.ts'
import type { Html } from '../../../../html/layout.ts'
import type { Text } from '../../../../text/text.ts'

/** A choice of every role, each with what it may do; the field is `role`. */
export function roleChoice(
  text: Text,
  {
    label,
    chosen,
    problems,
  }: { readonly label: string; readonly chosen: string; readonly problems: readonly FormProblem[] },
): Html {
  const t = text.finance
  return html`<fieldset class="roles" id="role" ${describedBy('role', problems)}>
    <legend>${label}</legend>
    ${fieldProblem('role', problems)}
    ${roles.map(
      (role) =>
        html`<label class="role">
          <input type="radio" name="role" value="${role}" required ${role === chosen ? html`checked` : ''} />
          <span
            >${t(`settings.role.${role}`)}<span class="quiet small"
              >${t(`settings.roleSays.${role}`)}</span
            ></span
          >
        </label>`,
    )}
  </fieldset>`
}

export function roleName(role: Role, text: Text): string {
  return text.finance(`settings.role.${role}`)
}
