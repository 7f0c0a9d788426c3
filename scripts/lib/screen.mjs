import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { curl, powershell, requests, setVariables, tokens } from './demo.mjs';
import { root } from './root.mjs';
import { bold, cyan, dim } from './say.mjs';

const windows = process.platform === 'win32';
const render = windows ? powershell : curl;
const setLine = windows ? setVariables.powershell : setVariables.curl;

/** The last screen of `npm start`: what runs where, and four commands to paste. */
export function screen({ url, forgeUrl, data }, made) {
  return [
    '',
    bold('Ambit is running.'),
    '',
    `  Ambit   ${url}  the door: it takes Ambit tokens`,
    `  Forge   ${forgeUrl}  the API behind it: it takes its own credential only, which Ambit holds`,
    `  Store   ${place(data)}  tokens of earlier starts work until they expire`,
    ...people(url, data),
    `  Admin   ${new URL('/api', url)}  its credential is in ${place(join(data, 'admin.token'))}; the commands are in docs/reference/server.md`,
    '',
    'Two tokens for alice were made, for 24 hours each:',
    '',
    ...tokens.map(({ variable, about }) => `  ${variable}  ${about}`),
    '',
    'Paste these into another terminal.',
    '',
    ...requests.flatMap((request, index) => command(request, index, { url, token: made[request.token] })),
    'The README has the same commands with variables; this line sets them:',
    '',
    cyan(setLine(made)),
    '',
    dim('Ctrl-C stops everything.'),
  ].join('\n');
}

const place = (path) => relative(root, path) || path;

/** Where somebody signs in for the first time. Once the password is another, it is in no file. */
function people(url, data) {
  const file = join(data, 'admin.password');
  if (!existsSync(file)) return [];
  return [`  People  ${new URL('/sign-in', url)}  sign in as admin, with the password in ${place(file)}`];
}

function command(request, index, target) {
  return [
    bold(`${index + 1}. ${request.title}, with ${request.token}`),
    `   ${request.expect}`,
    '',
    cyan(render(request, target)),
    '',
  ];
}
