import { testWalk } from './walked.ts';

/** What people do with rules and grants before there is a server, or beside it, done as the pages say. */

testWalk({ path: 'docs/tutorial.md', folder: 'tutorial', saves: 6, shows: 10 });
testWalk({ path: 'docs/how-to/granular-permissions.md', folder: 'access', saves: 6, shows: 15 });
testWalk({ path: 'docs/how-to/narrow-a-token.md', folder: 'narrow', saves: 4, shows: 8 });
