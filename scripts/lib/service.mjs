import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { adopt } from './children.mjs';
import { Problem } from './problem.mjs';
import { root } from './root.mjs';

const leash = new URL('./leash.mjs', import.meta.url).href;
const patience = 60_000;
const remembered = 40;

/**
 * Starts a long-running Node program and waits until `answers` says yes. `died` rejects when it ends, and
 * never resolves: race it against whatever needs the service.
 */
export async function startService({ name, args, env, answers }) {
  const child = spawn(process.execPath, ['--import', leash, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  adopt(child);
  const lines = lastLines(child);
  let answered = false;
  const died = new Promise((_, reject) => {
    child.once('error', (error) => reject(new Problem(`${name} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      const what = answered ? 'has ended by itself, so everything stops' : 'could not be started';
      reject(new Problem(`${name} ${what} (${signal ?? `exit code ${code}`}); it said:`, lines()));
    });
  });
  died.catch(() => {});
  await Promise.race([until(answers, name, lines), died]);
  answered = true;
  return { died };
}

async function until(answers, name, lines) {
  const deadline = Date.now() + patience;
  while (!(await answers())) {
    if (Date.now() > deadline) throw new Problem(`${name} did not answer within a minute; it said:`, lines());
    await sleep(100);
  }
}

/** Whether anything answers at the address at all, or with the status that is asked for. */
export async function responds(url, status) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return status === undefined || response.status === status;
  } catch {
    return false;
  }
}

function lastLines(child) {
  let text = '';
  const keep = (chunk) => {
    text = (text + chunk).split('\n').slice(-remembered).join('\n');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return () => text;
}
