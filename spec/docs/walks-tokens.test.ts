import { testWalk } from './walked.ts';

/** What programs do with tokens, done as the pages say. */

testWalk({ path: 'docs/how-to/machine-clients.md', folder: 'machine', saves: 3, shows: 10 });
testWalk({ path: 'docs/how-to/personal-tokens.md', folder: 'personal', saves: 1, shows: 8 });
testWalk({ path: 'docs/how-to/accept-other-tokens.md', folder: 'others', saves: 3, shows: 4 });
