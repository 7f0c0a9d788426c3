import { Problem } from './problem.mjs';

const usage = 'write `npm start`, or `npm start -- --port 4010` for another port';

/** The port from `--port N`, else AMBIT_PORT, else 4000. */
export function readPort(args, env) {
  if (args.length === 0) return number(env.AMBIT_PORT || '4000', 'AMBIT_PORT');
  const [name, value] = args[0].split('=', 2);
  const given = value ?? args[1];
  const known = name === '--port' && given !== undefined && args.length === (value === undefined ? 2 : 1);
  if (!known) throw new Problem(`\`${args.join(' ')}\` is not understood; ${usage}`);
  return number(given, '--port');
}

function number(text, where) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new Problem(`${where} is \`${text}\`, which is not a port from 1 to 65535; ${usage}`);
  }
  return port;
}
