import { ended, MADE, predecessorsOf, SHRUNK } from './operations.mjs';
import { admin, answerOf, statusOf } from './servers.mjs';

/** After each kill all that its life acknowledged is asked after, and so many of what is older. */
const OLDER = 20;
const MAY_BE = { revoke: ['active', 'revoked'], use: ['active', 'rotated'] };

/** What a server that was started again says that differs from the ledger, a sentence each. Settles what was unsure. */
export async function compare(ledger, url, random) {
  const listed = await listAll(url);
  const entries = [...ledger.tokens.values()];
  const older = new Set(entries.filter(({ fresh }) => !fresh).slice(-OLDER));
  const failures = strays(ledger, listed);
  const asked = [];
  for (const entry of entries) {
    const found = listed.get(entry.id);
    const wrong =
      found === undefined ? [`${entry.id} was acknowledged and is lost`] : differences(entry, found, listed);
    failures.push(...wrong);
    if (found === undefined) continue;
    settle(entry, found);
    if (entry.fresh || older.has(entry)) asked.push(entry);
  }
  // The oldest first: the first use of a later one ends those before it.
  for (const entry of asked) failures.push(...(await askAfter(entry, url, random)));
  for (const entry of entries) entry.fresh = false;
  return [...failures, ...(await accessDifferences(ledger, url))];
}

async function listAll(url) {
  const listed = new Map();
  for (let after; after !== null; ) {
    const { body } = await admin(
      url,
      'GET',
      `/tokens?limit=1000${after === undefined ? '' : `&after=${after}`}`,
    );
    for (const token of body.tokens) listed.set(token.id, token);
    after = body.next;
  }
  return listed;
}

/** What nobody asked for, and rotations of which only one half was written. */
function strays(ledger, listed) {
  const replaced = [...listed.values()].map(({ replacedBy }) => replacedBy).filter((id) => id !== null);
  const successors = new Set(replaced);
  const failures = replaced
    .filter((id) => !listed.has(id))
    .map((id) => `${id} was put in a place and is lost`);
  if (successors.size !== replaced.length) failures.push('a token took the place of two');
  for (const { id, name, family } of listed.values()) {
    if (!ledger.names.has(name)) failures.push(`${id} was never asked for`);
    if (family !== id && !successors.has(id))
      failures.push(`${id} is of a rotation that took nothing's place`);
  }
  return failures;
}

function differences(entry, found, listed) {
  const { id, doubt, state, next } = entry;
  const failures = [];
  if (!(MAY_BE[doubt] ?? [state]).includes(found.status))
    failures.push(`${id} is ${found.status}, acknowledged as ${state}`);
  const scopes = String(found.grants.scopes);
  const may = (doubt === 'shrink' ? [MADE, SHRUNK] : [entry.scopes]).map(String);
  if (!may.includes(scopes)) failures.push(`${id} holds ${scopes}, acknowledged as ${entry.scopes}`);
  if (doubt !== 'rotate' && found.replacedBy !== (next?.id ?? null))
    failures.push(`${id} was replaced by ${found.replacedBy}, acknowledged as ${next?.id ?? null}`);
  const successor = listed.get(found.replacedBy);
  if (doubt === 'rotate' && successor && String(successor.grants.scopes) !== scopes)
    failures.push(`${successor.id} holds ${successor.grants.scopes}, in the place of ${scopes}`);
  return failures;
}

/** What was unsure is settled by what is there. */
function settle(entry, found) {
  if (entry.doubt === 'rotate' && found.replacedBy !== null) entry.next = { id: found.replacedBy };
  if (entry.doubt === 'shrink') entry.scopes = String(found.grants.scopes) === String(MADE) ? MADE : SHRUNK;
  entry.state = found.status;
  entry.doubt = undefined;
}

async function askAfter(entry, url, random) {
  // Half of the successors wait, so that their first use comes in the middle of other work.
  const old = predecessorsOf(entry).filter(({ state }) => state === 'active');
  if (old.length > 0 && entry.next === undefined && random() < 0.5) return [];
  if (old.length > 0 && entry.state === 'active' && entry.next !== undefined) return [];
  const { id, state, scopes } = entry;
  const { status, data } = await answerOf(url, entry.token, '{ hello bye }');
  const failures = [];
  if (status !== (state === 'active' ? 200 : 401))
    failures.push(`${id} is listed as ${state} and answered ${status}`);
  if (status !== 200) return failures;
  if (data?.hello !== 'hi') failures.push(`${id} holds ${scopes} and reads nothing`);
  if ((data?.bye !== null) !== (scopes === MADE))
    failures.push(`${id} holds ${scopes} and was told ${data?.bye}`);
  ended(old);
  for (const { id: gone, token } of old)
    if ((await statusOf(url, token)) !== 401) failures.push(`${gone} passes after the first use of ${id}`);
  return failures;
}

async function accessDifferences({ access }, url) {
  const failures = [];
  const older = new Set(access.filter(({ fresh }) => !fresh).slice(-OLDER));
  for (const entry of access.filter((one) => one.fresh || older.has(one))) {
    const status = await statusOf(url, entry.token);
    if (entry.state !== 'unsure' && status !== (entry.state === 'active' ? 200 : 401))
      failures.push(`an access token is ${entry.state} and answered ${status}`);
    if (entry.state === 'unsure') entry.state = status === 200 ? 'active' : 'revoked';
    entry.fresh = false;
  }
  return failures;
}
