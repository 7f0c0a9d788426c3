/**
 * Loaded into every service that the demonstration starts (`node --import`). Its channel to the launcher
 * closes when the launcher stops the service, and also when the launcher is gone, however that ended.
 * So nothing is left running, and Windows, which has no SIGTERM, gets a clean stop as well.
 */
let told = false;

process.channel?.unref();
process.once('disconnect', () => {
  if (!told && !process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    told = true;
    if (process.listenerCount(signal) === 1) process.exit(0);
  });
}
