/*
 * Loads the program with switches in it: each place that is named by a weakening becomes a choice between what stands
 * there and what the weakening has in its place. With no weakening on, the program is what it was.
 */

/** @type {{ name: string, edits: { file: string, find: string, weak: string }[] }[]} */
let weakenings = [];

export function initialize(data) {
  weakenings = data;
}

/** Modules that the test runner has loaded already are loaded once more, with the switches. */
const MARK = '?switched';
const OURS = /\/(?:oidc-provider\/lib|packages\/server\/dist)\//;

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const isOurs = context.parentURL?.endsWith(MARK) === true && OURS.test(found.url);
  return isOurs ? { ...found, url: `${found.url}${MARK}` } : found;
}

export async function load(url, context, next) {
  if (!url.endsWith(MARK)) return next(url, context);
  const edits = weakenings.flatMap(({ name, edits: of }) =>
    of.filter(({ file }) => url.endsWith(`/${file}${MARK}`)).map((edit) => ({ name, ...edit })),
  );
  const loaded = await next(url, context);
  if (edits.length === 0) return loaded;
  const source = String(loaded.source);
  return { ...loaded, source: edits.reduce((text, edit) => switched(text, edit, source), source) };
}

function switched(text, { name, find, weak, file }, source) {
  if (source.split(find).length !== 2)
    throw new Error(`the weakening ${name} needs one place in ${file} that reads: ${find}`);
  // The last one: places that two weakenings name stand within the choice of the first.
  const at = text.lastIndexOf(find);
  if (at < 0) throw new Error(`the weakening ${name} overlaps another one in ${file}: ${find}`);
  const choice = `(globalThis.ambitWeakening === ${JSON.stringify(name)} ? (${weak}) : (${find}))`;
  return text.slice(0, at) + choice + text.slice(at + find.length);
}
