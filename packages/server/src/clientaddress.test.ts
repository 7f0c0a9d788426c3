import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { createAddressOf } from './clientaddress.ts';

function requestFrom(remoteAddress: string | undefined, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

test('of whoever is not trusted and says for whom a request is, it is told once', () => {
  const peers: string[] = [];
  const addressOf = createAddressOf(['10.0.0.0/8'], (peer) => void peers.push(peer));
  for (const request of [
    requestFrom('192.0.2.1'),
    requestFrom('192.0.2.1', ''),
    requestFrom('10.0.0.1', '192.0.2.7'),
    requestFrom('::ffff:10.0.0.1', '192.0.2.7'),
    requestFrom(undefined, '192.0.2.7'),
  ])
    addressOf(request);
  expect(peers).toEqual([]);
  for (const peer of ['192.0.2.66', '192.0.2.66', '192.0.2.67'])
    expect(addressOf(requestFrom(peer, '198.51.100.1'))).toBe(peer);
  expect(peers).toEqual(['192.0.2.66']);
});

test('so it is of Forwarded, which is not read', () => {
  const peers: string[] = [];
  const request = requestFrom('192.0.2.66');
  request.headers.forwarded = 'for=10.0.0.1';
  expect(createAddressOf([], (peer) => void peers.push(peer))(request)).toBe('192.0.2.66');
  expect(peers).toEqual(['192.0.2.66']);
});

describe('with no trusted proxies', () => {
  const addressOf = createAddressOf([]);

  test.each([
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['192.0.2.1', '10.0.0.1', '192.0.2.1'],
    ['::1', '10.0.0.1, 127.0.0.1', '::1'],
    [undefined, '10.0.0.1', undefined],
  ])('a socket of %s that says %s is %s', (socket, says, address) => {
    expect(addressOf(requestFrom(socket, says))).toBe(address);
  });
});

describe('with trusted proxies', () => {
  const addressOf = createAddressOf(['10.0.0.0/8', '2001:db8::/32']);

  test.each([
    ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db9::7', '2001:db9::7'],
    // Through two of ours: the one at the end is the nearest.
    ['10.0.0.1', '192.0.2.1, 10.0.0.2', '192.0.2.1'],
    // What the client wrote itself stands before what a proxy wrote, and is not reached.
    ['10.0.0.1', '10.9.9.9, 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '203.0.113.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    // A client that is inside, behind proxies that are all ours.
    ['10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    // A proxy that added nothing; what stands before that is the client's.
    ['10.0.0.1', '192.0.2.1, ', undefined],
    ['10.0.0.1', '192.0.2.1, ,', undefined],
    ['10.0.0.1', '192.0.2.1, , 10.0.0.2', undefined],
    ['10.0.0.1', ', 10.0.0.2', undefined],
    ['10.0.0.1', ',', undefined],
    // What a client left empty stands before what a proxy wrote, and is not reached either.
    ['10.0.0.1', ', 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', ', , 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['192.0.2.66', '192.0.2.1, ', '192.0.2.66'],
    // A proxy that writes nothing is the client.
    ['10.0.0.1', undefined, '10.0.0.1'],
    // Somebody who is no proxy of ours.
    ['192.0.2.66', '10.0.0.5', '192.0.2.66'],
    // What is no address is nobody's.
    ['10.0.0.1', 'unknown', undefined],
    ['10.0.0.1', '192.0.2.1:8080', '192.0.2.1'],
    ['10.0.0.1', '192.0.2.1:8080, 10.0.0.2:80', '192.0.2.1'],
    ['10.0.0.1', '[2001:db9::7]:8080', '2001:db9::7'],
    ['10.0.0.1', '[2001:db9::7]', '2001:db9::7'],
    ['10.0.0.1', '192.0.2.1:', undefined],
    ['10.0.0.1', '[192.0.2.1:80', undefined],
    ['10.0.0.1', '999.0.2.1:80', undefined],
    ['10.0.0.1', '_hidden, 10.0.0.2', undefined],
    ['10.0.0.1', '0x7f.1', undefined],
  ])('a socket of %s that says %s is %s', (socket, says, address) => {
    expect(addressOf(requestFrom(socket, says))).toBe(address);
  });
});
