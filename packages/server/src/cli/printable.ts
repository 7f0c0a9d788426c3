// What a terminal acts upon, or shows other than where it stands: control characters, separators of lines, controls of
// direction, and halves of surrogate pairs.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Stored text for one line on a terminal: what is not printable is shown as its number, `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeOf);
}

/** A value as JSON for a terminal. Still the same value: JSON may write any character by its number. */
export function printableJson(value: unknown): string {
  // The line breaks are those of the layout; one in a text is written as \n by now.
  return JSON.stringify(value, null, 2).split('\n').map(printable).join('\n');
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
