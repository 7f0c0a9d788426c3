import type { CaveatReason, Denial, Need } from './types.ts';

/** One need in words. */
export function needText(need: Need): string {
  if (typeof need === 'string') return `scope \`${need}\``;
  if ('permission' in need) return `permission \`${need.permission}\` in ${placeText(need.boundaryType)}`;
  return 'policy' in need ? `policy \`${need.policy}\`` : 'an authenticated caller';
}

function placeText(kind: string): string {
  if (kind === 'user') return 'the boundary `user`';
  return kind === 'instance' ? 'the boundary `instance`' : `its ${kind}`;
}

/** Several needs in words, joined as people do. */
export function needsText(needs: readonly Need[]): string {
  const texts = needs.map(needText);
  const last = texts.pop();
  if (last === undefined) return 'nothing';
  return texts.length === 0 ? last : `${texts.join(', ')} and ${last}`;
}

/** What a token was narrowed to, as the beginning of a sentence. */
function caveatText(caveat: CaveatReason): string {
  return caveat === 'readOnly'
    ? 'this token was narrowed to operations that change nothing'
    : 'this token was narrowed to other operations';
}

/** The sentence about one denied path: what it needed, and what was missing. */
export function deniedSentence(denials: readonly [Denial, ...Denial[]]): string {
  const [first] = denials;
  const missing = denials.flatMap((denial) => denial.missing);
  const at = `\`${first.coordinate}\``;
  const caveat = denials.find((denial) => denial.caveat)?.caveat;
  if (caveat !== undefined) return `not permitted: ${caveatText(caveat)}, and ${at} is not among them`;
  if (missing.length > 0) return `not permitted: ${at} needs ${needsText(missing)}`;
  if (denials.every((denial) => denial.requires.length === 0)) return `not permitted: no rule opens ${at}`;
  return `not permitted: ${at} is outside of what this token may reach`;
}
