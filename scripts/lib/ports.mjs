import { createServer } from 'node:net';

/** Whether this machine's own address takes a listener on the port. */
export async function isFree(port) {
  return (await listens(port, '127.0.0.1')) && (await listens(port, undefined));
}

/** The preferred port when it is free, else any other. */
export async function freePort(preferred) {
  return (await isFree(preferred)) ? preferred : anyPort();
}

function listens(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host }, () => probe.close(() => resolve(true)));
  });
}

function anyPort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
