import { html } from 'hono/html'
import type { Html } from '../../html/layout.ts'
import { displayNames } from '../../text/display-names.ts'
import { directionOf, type Language } from '../../text/languages.ts'
import type { Text } from '../../text/text.ts'

/** The field of the button that was pressed to read the form in another language. */
export const CHANGE_LANGUAGE = 'changeLanguage'

/**
 * The other languages, each by its own name. They are buttons of the form, so that nothing that was typed is lost when
 * the page comes back in another language. Empty where the newsroom offers only one.
 */
export function languageChoice(text: Text, offered: readonly Language[], formId: string): Html {
  if (offered.length < 2) return html``
  return html`<nav class="languages" aria-label="${text.reader('language')}">
    <ul>
      ${offered.map((language) => {
        const [name, dir] = [nameOf(language), directionOf(language)]
        return language === text.language
          ? html`<li><span lang="${language}" dir="${dir}" aria-current="true">${name}</span></li>`
          : html`<li>
              <button
                name="${CHANGE_LANGUAGE}"
                value="${language}"
                lang="${language}"
                dir="${dir}"
                form="${formId}"
                formnovalidate
              >
                ${name}
              </button>
            </li>`
      })}
    </ul>
  </nav>`
}

/** The language's name as its speakers write it, at the beginning of a line. */
function nameOf(language: Language): string {
  const name = displayNames(language, 'language').of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}
