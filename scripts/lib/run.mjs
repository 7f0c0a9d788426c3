import { spawn } from 'node:child_process';
import { adopt } from './children.mjs';
import { Problem } from './problem.mjs';
import { root } from './root.mjs';

/**
 * Runs a Node program to its end. Its output is collected, or goes straight to the terminal with `show`.
 * `node` is another Node than the one that runs this script. Resolves to `{ code, stdout, output }`; `output` has
 * both streams in the order in which they came.
 */
export function runNode(args, { node = process.execPath, ...options } = {}) {
  return run(node, args, options);
}

/** Runs npm: the one that started this script, else the one on the path. */
export function runNpm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return runNode([cli, ...args], options);
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, shell: windows });
}

function run(command, args, { show = false, env = {}, shell = false, cwd = root }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      shell,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    adopt(child);
    const all = [];
    const out = [];
    child.stdout?.on('data', (chunk) => all.push(chunk) && out.push(chunk));
    child.stderr?.on('data', (chunk) => all.push(chunk));
    child.on('error', (error) =>
      reject(new Problem(`\`${command}\` could not be started: ${error.message}`)),
    );
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(out).toString(),
        output: Buffer.concat(all).toString(),
      }),
    );
  });
}
