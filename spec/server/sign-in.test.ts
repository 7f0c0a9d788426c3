import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { mayAct } from '../../packages/server/src/people/mayact.ts';
import { returnPath } from '../../packages/server/src/people/returnto.ts';
import { Jar, OWN_PASSWORD, type Rig, startRig } from '../browser/rig.ts';

const HOUR = 60 * 60 * 1000;

let rig: Rig;
let time = Date.parse('2026-03-01T12:00:00Z');
let address = 0;

beforeAll(async () => {
  rig = await startRig(undefined, () => new Date(time));
});

afterAll(() => rig?.close());

// Every test comes from an address of its own, so that none waits for the failures of another.
beforeEach(() => {
  address += 1;
  rig.address = `192.0.2.${address}`;
});

let made = 0;

/** Somebody with a password of their own. */
async function person(): Promise<{ name: string; id: string; password: string }> {
  made += 1;
  const name = `person-${made}`;
  const { person: listed, password } = await rig.pages.people.create({ name }, 'test');
  return { name, id: listed.id, password };
}

async function signedIn(own = OWN_PASSWORD): Promise<{ name: string; id: string; jar: Jar }> {
  const { name, id, password } = await person();
  const jar = new Jar(rig.url);
  await jar.post('/sign-in', { name, password });
  const changed = await jar.post('/change-password', { old: password, new: own, again: own });
  expect(changed.headers.get('location')).toBe('/account?changed=password');
  return { name, id, jar };
}

const isIn = async (jar: Jar): Promise<boolean> => (await jar.get('/account')).status === 200;
const tryIn = (jar: Jar, name: string, password: string): Promise<Response> =>
  jar.post('/sign-in', { name, password }, {}, '/sign-in');

describe('the first start', () => {
  it('makes an administrator whose password is in a file for its owner alone', async () => {
    const path = join(rig.data, 'admin.password');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).trim()).toMatch(/^[0-9A-Za-z-]{22}$/);
    const [admin] = await rig.pages.people.list();
    expect(admin).toMatchObject({ name: 'admin', isAdmin: true, mustChangePassword: true });
  });

  it('lets the administrator do nothing before the password is changed, and forgets the first one then', async () => {
    const jar = new Jar(rig.url);
    const first = await jar.post('/sign-in', { name: 'admin', password: rig.password });
    expect(first.headers.get('location')).toBe('/change-password?return=%2Faccount');
    expect((await jar.get('/try/consent')).headers.get('location')).toBe(
      '/change-password?return=%2Ftry%2Fconsent',
    );
    expect((await jar.get('/account')).headers.get('location')).toBe('/change-password');
    await jar.post('/change-password', { old: rig.password, new: OWN_PASSWORD, again: OWN_PASSWORD });
    expect(await isIn(jar)).toBe(true);
    await expect(stat(join(rig.data, 'admin.password'))).rejects.toThrow('ENOENT');
    expect((await tryIn(new Jar(rig.url), 'admin', rig.password)).status).toBe(401);
  });
});

describe('a password', () => {
  it.each([
    ['short', 'eleven char', 'it needs at least 12'],
    ['too long', 'a long one '.repeat(30), 'at most 200'],
    ['the present one', OWN_PASSWORD, 'is the present one'],
    ['the name', 'NAME-NAME', 'little more than your name'],
  ])('that is %s is refused with a sentence', async (_, given, sentence) => {
    const { name, jar } = await signedIn();
    const chosen = given.replaceAll('NAME', name);
    const answer = await jar.post('/change-password', { old: OWN_PASSWORD, new: chosen, again: chosen });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(sentence);
  });

  it('needs no capitals, digits or signs, and may have spaces and any letters', async () => {
    const { name } = await signedIn('ein grüner vogel singt');
    // The same letters, written as two characters each.
    const answer = await tryIn(new Jar(rig.url), name, 'ein grüner vogel singt'.normalize('NFD'));
    expect(answer.status).toBe(303);
  });

  it('is changed only with the present one', async () => {
    const { jar } = await signedIn();
    const answer = await jar.post('/change-password', {
      old: 'not this one at all',
      new: 'another good one',
      again: 'another good one',
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The present password is not right.');
  });

  it('is kept as argon2id and nowhere as itself', async () => {
    const { name } = await signedIn();
    const stored = await rig.store.people.findByName(name);
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const audit = JSON.stringify(
      (await rig.store.audit.list({ limit: 1_000 })).map((row) => ({ ...row, id: String(row.id) })),
    );
    expect(audit).toContain('person.signed-in');
    expect(audit).not.toContain(OWN_PASSWORD);
  });
});

describe('a sign-in', () => {
  it('is answered alike for an unknown name, a wrong password and a disabled person', async () => {
    const known = await person();
    const gone = await person();
    await rig.pages.people.setDisabled(gone.id, true, 'test');
    const answers = await Promise.all(
      [
        ['nobody', 'whatever it is'],
        [known.name, 'whatever it is'],
        [gone.name, gone.password],
      ].map(async ([name = '', password = '']) => {
        const answer = await tryIn(new Jar(rig.url), name, password);
        const text = (await answer.text()).replace(/value="[^"]*"/g, '');
        return `${answer.status} ${text}`;
      }),
    );
    expect(answers[0]).toMatch(/^401 .*do not belong together/s);
    expect(new Set(answers).size).toBe(1);
  });

  it('gets a new secret each time, and ends the one before', async () => {
    const { name, jar } = await signedIn();
    const before = jar.cookies.get('ambit') ?? '';
    expect(before).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const other = new Jar(rig.url);
    // What somebody else put into this browser is not what the sign-in goes by.
    other.set('ambit', 'A'.repeat(43));
    await tryIn(other, name, OWN_PASSWORD);
    expect(other.cookies.get('ambit')).not.toBe('A'.repeat(43));
    expect(await isIn(other)).toBe(true);
    const stale = new Jar(rig.url);
    stale.set('ambit', 'A'.repeat(43));
    expect(await isIn(stale)).toBe(false);
  });

  it('does not begin for who was disabled, or got another password, since the password was looked at', async () => {
    for (const change of ['disable', 'password'] as const) {
      const { id } = await signedIn();
      const seen = await rig.store.people.find(id);
      if (change === 'disable') await rig.pages.people.setDisabled(id, true, 'test');
      else await rig.pages.people.resetPassword(id, 'test');
      expect(seen && (await rig.pages.signIns.begin(seen, undefined))).toBeUndefined();
    }
  });

  it('is kept as a hash', async () => {
    const { jar } = await signedIn();
    const secret = jar.cookies.get('ambit') ?? '';
    expect(await rig.store.people.findSignIn(secret)).toBeUndefined();
    expect((await rig.pages.signIns.find(secret))?.person.name).toMatch(/^person-/);
  });

  it('lasts 8 hours, used or not', async () => {
    const { jar } = await signedIn();
    const began = time;
    time = began + 8 * HOUR - 1;
    expect(await isIn(jar)).toBe(true);
    time = began + 8 * HOUR;
    expect(await isIn(jar)).toBe(false);
    time = began;
  });

  it('ends when its person signs out', async () => {
    const { jar } = await signedIn();
    const kept = new Jar(rig.url);
    kept.set('ambit', jar.cookies.get('ambit') ?? '');
    const out = await jar.post('/sign-out', {}, {}, '/account');
    expect(out.headers.get('location')).toBe('/signed-out');
    expect(await isIn(kept)).toBe(false);
  });

  it('ends everywhere when the password is changed, and begins anew where that was done', async () => {
    const { name, jar } = await signedIn();
    const other = new Jar(rig.url);
    await tryIn(other, name, OWN_PASSWORD);
    expect(await isIn(other)).toBe(true);
    const own = 'a second good one';
    await jar.post('/change-password', { old: OWN_PASSWORD, new: own, again: own });
    expect(await isIn(other)).toBe(false);
    expect(await isIn(jar)).toBe(true);
  });

  it('ends everywhere when its person is disabled or the password reset', async () => {
    const one = await signedIn();
    await rig.pages.people.setDisabled(one.id, true, 'test');
    expect(await isIn(one.jar)).toBe(false);
    expect(await mayAct(rig.store.people, one.name)).toBe(false);
    await rig.pages.people.setDisabled(one.id, false, 'test');
    expect(await isIn(one.jar)).toBe(false);
    expect(await mayAct(rig.store.people, one.name)).toBe(true);
    const two = await signedIn();
    await rig.pages.people.resetPassword(two.name, 'test');
    expect(await isIn(two.jar)).toBe(false);
    expect((await tryIn(new Jar(rig.url), two.name, OWN_PASSWORD)).status).toBe(401);
  });
});

describe('failed sign-ins', () => {
  const fail = async (name: string, times: number): Promise<number[]> => {
    const found: number[] = [];
    for (let at = 0; at < times; at += 1)
      found.push((await tryIn(new Jar(rig.url), name, 'a wrong password')).status);
    return found;
  };

  it('wait after five against one name from one address, the right password too', async () => {
    const { name } = await signedIn();
    expect(await fail(name, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    const right = await tryIn(new Jar(rig.url), name, OWN_PASSWORD);
    expect(right.status).toBe(429);
    expect(await right.text()).toContain('There were too many tries. Wait 15 minutes');
    rig.address = '198.51.100.1';
    expect((await tryIn(new Jar(rig.url), name, OWN_PASSWORD)).status).toBe(303);
  });

  it('wait after thirty from one address, whatever the names, and one network of IPv6 is one address', async () => {
    for (let at = 0; at < 30; at += 1) {
      rig.address = `2001:db8:1:2::${at + 1}`;
      expect(await fail(`nobody-${at}`, 1)).toEqual([401]);
    }
    rig.address = '2001:db8:1:2:ffff::9';
    expect(await fail('somebody-else', 1)).toEqual([429]);
    rig.address = '2001:db8:1:3::1';
    expect(await fail('somebody-else', 1)).toEqual([401]);
  });

  it('of a flood from many addresses do not hold up the browser that the account knows, and end by a reset', async () => {
    const { name, jar } = await signedIn();
    await jar.post('/sign-out', {}, {}, '/account');
    for (let at = 0; at < 11; at += 1) {
      rig.address = `203.0.113.${at}`;
      await fail(name, 5);
    }
    rig.address = '198.51.100.77';
    expect((await tryIn(new Jar(rig.url), name, OWN_PASSWORD)).status).toBe(429);
    expect((await tryIn(jar, name, OWN_PASSWORD)).status).toBe(303);
    const { password } = await rig.pages.people.resetPassword(name, 'test');
    expect((await tryIn(new Jar(rig.url), name, password)).status).toBe(303);
  });
});

describe('a form', () => {
  it.each([
    ['without a token', { csrf: '' }, {}],
    ['with the token of another browser', { csrf: 'q'.repeat(43) }, {}],
    ['from another origin', {}, { origin: 'https://evil.example' }],
    ['from another site, as the browser says', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbouring host, as the browser says', {}, { 'sec-fetch-site': 'same-site' }],
    [
      'from a frame without an origin of another site',
      {},
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ],
  ])('%s does nothing', async (_, form, headers) => {
    const { jar } = await signedIn();
    const answer = await jar.post('/sign-out', form, headers, '/account');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('This form is too old');
    expect(await isIn(jar)).toBe(true);
  });

  it('of one sign-in is worth nothing in the next', async () => {
    const { name, jar } = await signedIn();
    const old = /name="csrf" value="([^"]+)"/.exec(await (await jar.get('/account')).text())?.[1] ?? '';
    await jar.post('/sign-out', {}, {}, '/account');
    await tryIn(jar, name, OWN_PASSWORD);
    expect((await jar.post('/sign-out', { csrf: old }, {}, '/account')).status).toBe(403);
  });

  it('that is too large, or no form, is refused', async () => {
    const jar = new Jar(rig.url);
    expect((await jar.post('/sign-in', { name: 'x'.repeat(300_000) })).status).toBe(413);
    const json = await fetch(`${rig.url}/sign-in`, { method: 'POST', body: '{}' });
    expect(json.status).toBe(400);
  });

  it('with two cookies of one name is believed in neither', async () => {
    const { jar } = await signedIn();
    const secret = jar.cookies.get('ambit');
    const answer = await fetch(`${rig.url}/account`, {
      headers: { cookie: `ambit=${secret}; ambit=${'B'.repeat(43)}` },
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
  });
});

describe('where a sign-in leads', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '',
    'account',
    `/${'a'.repeat(3_000)}`,
  ])('is never outside, case %#', (path) => {
    expect(returnPath(path, '/home')).toBe('/home');
  });

  it.each([
    ['/', '/'],
    ['/authorize?client_id=a&state=%2F%2F', '/authorize?client_id=a&state=%2F%2F'],
    ['/a/../b', '/b'],
  ])('is %s', (path, clean) => {
    expect(returnPath(path, '/home')).toBe(clean);
  });

  it('is the page that was asked for', async () => {
    const { name, password } = await person();
    const jar = new Jar(rig.url);
    const away = await jar.get('/try/consent?a=1');
    expect(away.headers.get('location')).toBe('/sign-in?return=%2Ftry%2Fconsent%3Fa%3D1');
    const back = await jar.post('/sign-in', { name, password, return: '/try/consent?a=1' });
    expect(back.headers.get('location')).toBe('/change-password?return=%2Ftry%2Fconsent%3Fa%3D1');
  });
});

describe('every page', () => {
  it('answers only to names that are its own', async () => {
    const { port } = new URL(rig.url);
    const status = await new Promise<number>((resolve, reject) => {
      const asking = request(
        { host: '127.0.0.1', port, path: '/sign-in', headers: { host: 'evil.example' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      asking.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it.each(['/sign-in', '/signed-out', '/try/trouble', '/try/defect', '/account'])(
    'sends %s so that nobody keeps, frames or scripts it',
    async (path) => {
      const { headers } = await fetch(`${rig.url}${path}`, { redirect: 'manual' });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    },
  );

  it('allows nothing by its policy but its own style and forms', async () => {
    const { headers } = await fetch(`${rig.url}/sign-in`);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
  });

  it('shows what was typed as text', async () => {
    const answer = await tryIn(new Jar(rig.url), '"><script>alert(1)</script>', 'whatever it is');
    expect(await answer.text()).not.toContain('<script>');
  });
});

describe('people', () => {
  it('are never two under one name or subject', async () => {
    await rig.pages.people.create({ name: 'carol', subject: 'u-1' }, 'test');
    for (const request of [
      { name: 'carol', subject: 'u-2' },
      { name: 'dave', subject: 'u-1' },
    ])
      await expect(rig.pages.people.create(request, 'test')).rejects.toThrow('There is somebody');
  });

  it('are not told apart by guess where a name is the subject of another', async () => {
    await rig.pages.people.create({ name: 'erin', subject: 'frank' }, 'test');
    await rig.pages.people.create({ name: 'frank', subject: 'gina' }, 'test');
    await expect(rig.pages.people.setDisabled('frank', true, 'test')).rejects.toThrow('name them by id');
  });
});
