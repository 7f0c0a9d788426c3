import { relative } from 'node:path';
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
    `  Store   ${relative(root, data) || data}  tokens of earlier starts work until they expire`,
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

function command(request, index, target) {
  return [
    bold(`${index + 1}. ${request.title}, with ${request.token}`),
    `   ${request.expect}`,
    '',
    cyan(render(request, target)),
    '',
  ];
}
