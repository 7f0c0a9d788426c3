import { fork } from 'node:child_process';
import { adopt } from '../../scripts/lib/children.mjs';
import { Problem } from '../../scripts/lib/problem.mjs';

/**
 * Runs a file in a process of its own, as it would run in production, and resolves to what it reports. Each figure has
 * its own process, so that none is measured in code that another one has shaped.
 * @throws Problem when it ends without a report
 */
export function measureIn(file, task, { nodeOptions = [] } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(file, task, nodeOptions);
    let reported;
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('message', (message) => {
      reported = message;
      child.disconnect();
    });
    child.on('error', reject);
    child.on('exit', () => {
      if (reported !== undefined) return resolve(reported);
      const tell = () => reject(new Problem(`a measurement ended early (${task.title}):`, errors));
      if (child.stderr.readableEnded) tell();
      else child.stderr.once('end', tell);
    });
  });
}

/** Starts a file that stays until it is disconnected; resolves to it and its first message. */
export function serveIn(file, task) {
  return new Promise((resolve, reject) => {
    const child = start(file, task, []);
    child.stderr.pipe(process.stderr);
    child.once('message', (message) => resolve({ child, message }));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Problem(`${task.title} ended early with ${code}`)));
  });
}

function start(file, task, nodeOptions) {
  const child = fork(file, [JSON.stringify(task)], {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: nodeOptions,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  adopt(child);
  return child;
}

/** In the child: runs `measure` on the task and reports its answer. Ends with whoever asked. */
export async function report(measure) {
  process.on('disconnect', () => process.exit());
  process.send(await measure(JSON.parse(process.argv[2])));
}
