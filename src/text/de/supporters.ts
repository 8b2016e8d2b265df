/** German: what a donor may write after paying, and the public list of supporters. */
export const supporters = {
  consent:
    'Ja, {{newsroom}} darf dies in der öffentlichen Liste der Unterstützenden zeigen. Ich kann es jederzeit auf der Seite meiner Beiträge zurücknehmen.',
  word: {
    heading: 'Ein Wort an {{newsroom}}',
    lead: 'Die Menschen hinter {{newsroom}} lesen es.',
    message: 'Ihre Nachricht',
    name: 'Vorname, wie ihn die Liste zeigt',
    nameHint: 'Lassen Sie ihn leer, um als „Anonym“ zu erscheinen.',
    town: 'Ort',
    optional: 'freiwillig',
    anonymousHint: 'Sie möchten in keiner Liste mit Namen stehen. Deshalb erscheinen Sie als „Anonym“.',
    send: 'Senden',
    sent: 'Danke. Wir haben es erhalten.',
    sentHint: 'Es erscheint in der Liste, sobald jemand aus der Redaktion es freigegeben hat.',
  },
  list: {
    title: 'Sie unterstützen {{newsroom}}',
    none: 'Noch steht niemand auf der Liste.',
    anonymous: 'Anonym',
    nameOfTown: '{{name}}, {{town}}',
    give: '{{newsroom}} unterstützen',
  },
  my: {
    heading: 'Liste der Unterstützenden',
    since: 'Sie haben am {{date}} zugestimmt, auf der öffentlichen Liste der Unterstützenden zu stehen.',
    withdraw: 'Von der Liste nehmen',
    withdrawn: 'Sie stehen nicht mehr auf der Liste der Unterstützenden.',
  },
} as const
