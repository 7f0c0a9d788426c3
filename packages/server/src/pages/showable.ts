const NAME_LENGTH = 80;
const MARKS = 3;

// Nothing of this can be seen, and some of it turns the direction of what follows: controls, halves of surrogate pairs,
// private use, formatting (which has the controls of direction and the zero-width characters), and everything else that
// Unicode lets a font ignore, such as fillers and tags.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const SPACES = /[\p{Z}\s]+/gu;
// A letter can carry any number of marks, and enough of them cover the lines above and below.
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MARKS}})\\p{M}+`, 'gu');

/**
 * A text from outside as one line that shows all that it holds: nothing invisible, nothing that turns the direction of
 * its surroundings (Unicode UTS 39), at most `length` characters. Empty where nothing is left. It is not escaped: that
 * is for whoever writes HTML.
 */
export function showable(text: string, length: number = NAME_LENGTH): string {
  // Most of a text that is far too long would be thrown away anyway.
  const start = [...text.slice(0, length * 20)].map(spaceOf).join('').normalize('NFC');
  const clean = start.replace(UNSEEN, '').replace(SPACES, ' ').replace(TOO_MANY_MARKS, '$1').trim();
  const characters = [...clean];
  if (characters.length <= length) return clean;
  return `${characters
    .slice(0, length - 1)
    .join('')
    .trimEnd()}…`;
}

// Tabs and line breaks are controls that stand for a space; taken out, they would join two words.
function spaceOf(character: string): string {
  return /[\t\n\v\f\r\u0085]/.test(character) ? ' ' : character;
}
