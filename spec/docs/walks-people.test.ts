import { testWalk } from './walked.ts';

/** What people do in a browser, done as the pages say. */

testWalk({ path: 'docs/how-to/let-an-application-ask.md', folder: 'ask', saves: 3, shows: 6 });
testWalk({ path: 'docs/how-to/sign-in.md', folder: 'sign-in', saves: 1, shows: 7 });
