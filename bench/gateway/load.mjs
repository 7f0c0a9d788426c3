import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../scripts/lib/root.mjs';

const { Pool } = createRequire(join(root, 'packages', 'server', 'package.json'))('undici');

const CONNECTIONS = 16;

/** A client of one front: `ask` sends one request, `load` as many as sixteen connections carry in a time. */
export function createClient({ url, bearers }) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const send = async ({ token, body }) => {
    const response = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearers[token]}` },
      body: JSON.stringify(body),
    });
    return { status: response.statusCode, bytes: await response.body.arrayBuffer() };
  };
  return {
    ask: async (workload) => {
      const { status, bytes } = await send(workload);
      return { status, body: JSON.parse(Buffer.from(bytes).toString()) };
    },
    load: (workload, status, milliseconds) => load(() => send(workload), status, milliseconds),
    close: () => pool.close(),
  };
}

/** Requests per second. @throws Error when an answer has another status than it has to have */
async function load(send, expected, milliseconds) {
  const start = performance.now();
  const end = start + milliseconds;
  let count = 0;
  const connection = async () => {
    while (performance.now() < end) {
      const { status } = await send();
      if (status !== expected) throw new Error(`an answer had status ${status} and not ${expected}`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { count, perSecond: (count / (performance.now() - start)) * 1000 };
}
