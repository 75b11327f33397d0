// Characters that XML 1.0 and HTML cannot hold, and those that turn the direction of a text.
const unfit =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as the text or an attribute of XML or HTML; what these cannot hold becomes U+FFFD. */
export function escapeMarkup(text: string): string {
  return text.replace(unfit, '\ufffd').replace(/[&<>"']/g, (character) => entities[character]!);
}

/** An attribute of XML, in which ends of lines and tabs stay what they are. */
export function attribute(name: string, value: string | number): string {
  const escaped = escapeMarkup(String(value)).replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
  return ` ${name}="${escaped}"`;
}
