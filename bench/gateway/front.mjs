import { fronts } from './fronts.mjs';

/** One front in a process of its own. It answers each message with the CPU time that it has used. */
const { front, upstream } = JSON.parse(process.argv[2]);
const { url, bearers, stop } = await fronts[front](upstream);

process.on('message', () => process.send(process.cpuUsage()));
process.on('disconnect', () => stop().finally(() => process.exit()));
process.send({ url, bearers });
