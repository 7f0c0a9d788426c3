import type { ErrorCode } from 'yaml';

/** What is wrong with a file, by the parser's codes. Its own messages repeat what stands in the file. */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias, *name, has an anchor or a tag of its own',
  BAD_ALIAS: 'an anchor or an alias has no name, or one that ends in a colon',
  BAD_COLLECTION_TYPE: 'a tag, !name, stands at a list or mapping of another kind',
  BAD_DIRECTIVE: 'a line that begins with % is no directive of YAML',
  BAD_DQ_ESCAPE: 'a text in double quotes has a backslash before a character that needs none',
  BAD_INDENT: 'this is indented more or less than what it belongs to, or a bracket is not closed',
  BAD_PROP_ORDER: 'an anchor or a tag stands before the sign that it belongs behind',
  BAD_SCALAR_START: 'a text without quotes begins with a character that it must not begin with',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping or list begins on the line of a key',
  BLOCK_IN_FLOW: 'an indented mapping or list stands within brackets or braces',
  DUPLICATE_KEY: 'this key is there twice',
  IMPOSSIBLE: 'this cannot be read',
  KEY_OVER_1024_CHARS: 'a key has more than 1024 characters; a quote or a colon may be missing before it',
  MISSING_CHAR: 'a quote, bracket, comma, colon or space is missing here or before',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; a colon may be missing',
  MULTIPLE_ANCHORS: 'one value has two anchors',
  MULTIPLE_DOCS: 'a second document begins here; there must be one',
  MULTIPLE_TAGS: 'one value has two tags',
  NON_STRING_KEY: 'a key is no text',
  RESOURCE_EXHAUSTION: 'this nests too deeply',
  TAB_AS_INDENT: 'this is indented with a tab; YAML takes spaces alone',
  TAG_RESOLVE_FAILED: 'a tag, !name, is not known here, or does not fit the value',
  UNEXPECTED_TOKEN: 'something stands here that does not belong here',
};

/** What the parser found, in words without what stands there. */
export function yamlMistake(code: ErrorCode): string {
  return WORDS[code] ?? WORDS.IMPOSSIBLE;
}
