import type { LookupFunction } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  createOutbound,
  isPublicAddress,
  OutboundFailed,
} from '../../../packages/server/src/foreign/outbound.ts';
import { json, startIssuer, type TestIssuer } from './issuer.ts';

/** Whom the server calls when an address is not its own. */

let server: TestIssuer;
beforeAll(async () => {
  server = await startIssuer();
  server.answers.set('/', json({ here: true }));
});
afterAll(() => server.close());

const answering = (addresses: readonly string[]): LookupFunction =>
  ((_name: string, options: { readonly all?: boolean }, done: (...found: unknown[]) => void) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) done(null, found);
    else done(null, found[0]?.address, found[0]?.family);
  }) as LookupFunction;

async function failure(url: string, lookup?: LookupFunction): Promise<string> {
  const outbound = createOutbound({ allowPrivateNetwork: false, timeoutMs: 2_000, lookup });
  try {
    await outbound.getJson(url);
    return 'answered';
  } catch (error) {
    expect(error).toBeInstanceOf(OutboundFailed);
    return (error as Error).message;
  } finally {
    await outbound.close();
  }
}

describe('an address that is not public', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.168.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
  ])('is %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it('is none of the real internet', () => {
    for (const address of ['1.1.1.1', '93.184.216.34', '2606:4700::1111', '::ffff:1.1.1.1'])
      expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://0/',
  ])('is not called when it is written as %s', async (url) => {
    expect(await failure(url)).toContain('not public');
  });

  it('is not called when a name stands for it', async () => {
    const { port } = new URL(server.url);
    expect(await failure(`https://localhost:${port}/`)).toContain('not public');
    expect(server.asked).toEqual([]);
  });

  it.each([
    [['127.0.0.1']],
    [['1.1.1.1', '127.0.0.1']],
    [['127.0.0.1', '1.1.1.1']],
    [['::1']],
    [['1.1.1.1', 'fe80::1']],
    [[]],
  ])('is not called when a name stands for %j', async (addresses) => {
    expect(await failure('https://keys.example/', answering(addresses))).toContain('not public');
  });

  it('is not called when a name means something else the second time', async () => {
    const seen: string[] = [];
    const rebinding: LookupFunction = (name, options, done) => {
      seen.push(name);
      answering([seen.length === 1 ? '1.1.1.1' : '127.0.0.1'])(name, options, done);
    };
    const outbound = createOutbound({ allowPrivateNetwork: false, timeoutMs: 500, lookup: rebinding });
    const { port } = new URL(server.url);
    const ask = () => outbound.getJson(`https://keys.example:${port}/`).catch(String);
    await ask();
    const [second, times] = [await ask(), seen.length];
    await outbound.close();
    expect(times).toBe(2);
    expect(second).toContain('not public');
    expect(server.asked).toEqual([]);
  });
});

describe('a question', () => {
  it.each(['http://keys.example/', 'file:///etc/passwd', 'https://a:b@keys.example/', 'data:,{}', ''])(
    'is not asked of %s',
    async (url) => expect(await failure(url)).toMatch(/^the address is no/),
  );

  it('is asked of one’s own network where that is allowed', async () => {
    const outbound = createOutbound({ allowPrivateNetwork: true, timeoutMs: 2_000 });
    expect(await outbound.getJson(`${server.url}/`)).toEqual({ here: true });
    await outbound.close();
  });
});
