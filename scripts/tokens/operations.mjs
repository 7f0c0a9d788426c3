/** What a token is made with, and what a shrunk one keeps. */
export const MADE = ['read', 'write'];
export const SHRUNK = ['read'];

/**
 * What is done while the server is killed. Each takes the ledger and `ask(method, path, body)`, writes down before
 * asking what may have happened (`doubt`), and after an acknowledgement what has happened. One that found nothing to do
 * gives `false`. No two touch the same token at once.
 */
export const operations = [
  {
    name: 'create',
    async run(ledger, { ask }) {
      const name = `n${ledger.names.size}`;
      ledger.names.add(name);
      const { status, body } = await ask('POST', '/tokens', { name, scopes: MADE });
      if (status !== 201) throw new Error(`a creation was answered ${status}`);
      add(ledger, body, MADE);
    },
  },
  {
    name: 'revoke',
    run: (ledger, { ask }) =>
      on(ledger, isWhole, 'revoke', async (entry) => {
        const { status, body } = await ask('DELETE', `/tokens/${entry.id}`);
        if (status !== 200 || body.status !== 'revoked')
          throw new Error(`a revocation was answered ${status}`);
        entry.state = 'revoked';
      }),
  },
  {
    // What a token loses, those lose too in whose place it came and that still live.
    name: 'shrink',
    async run(ledger, { ask }) {
      const newestOne = newest(ledger, (entry) => isWhole(entry) && entry.scopes === MADE);
      if (newestOne === undefined) return false;
      const line = [newestOne, ...predecessorsOf(newestOne).filter(({ state }) => state === 'active')];
      if (line.some(({ busy, doubt }) => busy || doubt)) return false;
      await holding(line, async () => {
        for (const entry of line) entry.doubt = 'shrink';
        const { status } = await ask('PATCH', `/tokens/${newestOne.id}`, { scopes: SHRUNK });
        if (status !== 200) throw new Error(`a change was answered ${status}`);
        for (const entry of line) Object.assign(entry, { scopes: SHRUNK, doubt: undefined });
        ledger.shrunk += 1;
      });
      return true;
    },
  },
  {
    name: 'rotate',
    run: (ledger, { ask }) =>
      on(ledger, isWhole, 'rotate', async (entry) => {
        const { status, body } = await ask('POST', `/tokens/${entry.id}/rotate`);
        if (status !== 201) throw new Error(`a rotation was answered ${status}`);
        entry.next = add(ledger, body, entry.scopes);
        entry.next.before = entry;
        ledger.rotated += 1;
      }),
  },
  {
    name: 'first use',
    async run(ledger, { statusOf }) {
      const next = newest(ledger, (entry) => isWhole(entry) && entry.before?.state === 'active');
      if (next === undefined) return false;
      const old = predecessorsOf(next).filter(({ state }) => state === 'active');
      if (old.some(({ busy }) => busy)) return false;
      await holding([next, ...old], async () => {
        for (const entry of old) entry.doubt = 'use';
        const status = await statusOf(next.token);
        if (status !== 200) throw new Error(`the first use of a rotated token was answered ${status}`);
        ended(old);
      });
      return true;
    },
  },
  {
    name: 'issue of OAuth',
    async run(ledger, { oauth }) {
      const { status, body } = await oauth('/oauth/token', {
        grant_type: 'client_credentials',
        scope: 'read',
      });
      if (status !== 200) throw new Error(`the token endpoint answered ${status}`);
      ledger.access.push({ token: body.access_token, state: 'active', fresh: true });
    },
  },
  {
    name: 'revocation of OAuth',
    async run(ledger, { oauth }) {
      const entry = ledger.access.findLast(({ state }) => state === 'active');
      if (entry === undefined) return false;
      Object.assign(entry, { state: 'unsure', fresh: true });
      const { status } = await oauth('/oauth/revoke', { token: entry.token });
      if (status !== 200) throw new Error(`the revocation endpoint answered ${status}`);
      entry.state = 'revoked';
      return true;
    },
  },
];

/** All that a token took the place of, newest first. */
export function predecessorsOf({ before }) {
  return before === undefined ? [] : [before, ...predecessorsOf(before)];
}

/** Marks tokens as ended by the first use of one that came after them. */
export function ended(entries) {
  for (const entry of entries) Object.assign(entry, { state: 'rotated', doubt: undefined, fresh: true });
}

function isWhole({ state, next }) {
  return state === 'active' && next === undefined;
}

function newest(ledger, fits) {
  return [...ledger.tokens.values()].findLast((entry) => !entry.busy && !entry.doubt && fits(entry));
}

function add(ledger, { id, token }, scopes) {
  const entry = { id, token, scopes, state: 'active', fresh: true };
  ledger.tokens.set(id, entry);
  return entry;
}

async function on(ledger, fits, doubt, work) {
  const entry = newest(ledger, fits);
  if (entry === undefined) return false;
  await holding([entry], async () => {
    entry.doubt = doubt;
    await work(entry);
    entry.doubt = undefined;
  });
  return true;
}

// Where the work fails, the doubt stays.
async function holding(entries, work) {
  for (const entry of entries) Object.assign(entry, { busy: true, fresh: true });
  try {
    await work();
  } finally {
    for (const entry of entries) entry.busy = false;
  }
}
