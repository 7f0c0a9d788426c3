/** Every process that these scripts have started and that still runs, oldest first. */
const children = new Set();

export function adopt(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => children.delete(child));
}

/** Stops what still runs, youngest first: asks, waits, and ends by force what has not gone after ten seconds. */
export async function stopChildren() {
  for (const child of [...children].reverse()) await stop(child);
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill('SIGTERM');
  });
}
