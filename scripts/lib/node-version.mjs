/** Stops with one sentence on a Node that is too old. Imported first, before anything newer is touched. */

const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Ambit needs Node 20.19 or newer, and this is Node ${process.versions.node}; install a newer one from https://nodejs.org.\n`,
  );
  process.exit(1);
}
