/** Words that end like plurals and are none. */
const SINGULAR: ReadonlySet<string> = new Set([
  'alias',
  'analytics',
  'atlas',
  'aws',
  'bias',
  'canvas',
  'chaos',
  'css',
  'dns',
  'gas',
  'has',
  'https',
  'ios',
  'its',
  'kubernetes',
  'metrics',
  'news',
  'os',
  'preferences',
  'saas',
  'series',
  'settings',
  'sms',
  'species',
  'statistics',
  'tls',
  'was',
]);

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['aliases', 'alias'],
  ['analyses', 'analysis'],
  ['children', 'child'],
  ['indices', 'index'],
  ['men', 'man'],
  ['people', 'person'],
  ['statuses', 'status'],
  ['vertices', 'vertex'],
  ['women', 'woman'],
]);

const DIGITS: readonly string[] = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
];

/** The words of a name in any spelling, each in the singular and in lower case: `runnersToken` is `runner`, `token`. */
export function wordsOf(name: string): string[] {
  return spelled(name).map(singular);
}

/** The words of a name as they are written, in lower case. Digits are written out: permissions hold none. */
export function spelled(name: string): string[] {
  const parts = name.match(/[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [];
  const words = parts.map((part) =>
    part.toLowerCase().replace(/\d/g, (digit) => DIGITS[Number(digit)] ?? ''),
  );
  return words.flatMap((word, index) => {
    if (word === 'auth' && words[index - 1] === 'o') return ['oauth'];
    return word === 'o' && words[index + 1] === 'auth' ? [] : [word];
  });
}

/** One word in the singular. */
export function singular(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (SINGULAR.has(word) || /(?:ss|us|is)$/.test(word) || !word.endsWith('s') || word.length < 3) return word;
  if (/[^aeiou]ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  return /(?:ss|sh|ch|x|zz)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

/** One word in the plural, for sentences. */
export function plural(word: string): string {
  for (const [many, one] of IRREGULAR) if (one === word) return many;
  if (SINGULAR.has(word)) return word;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x|z)$/.test(word) ? `${word}es` : `${word}s`;
}

/** Whether `words` end with `tail`. */
export function endsWith(words: readonly string[], tail: readonly string[]): boolean {
  return (
    tail.length <= words.length && tail.every((word, at) => words[words.length - tail.length + at] === word)
  );
}

/** Whether `words` begin with `head`. */
export function startsWith(words: readonly string[], head: readonly string[]): boolean {
  return head.length <= words.length && head.every((word, at) => words[at] === word);
}
