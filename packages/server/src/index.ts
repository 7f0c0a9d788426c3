export type { Authority, CreatedToken, ListedToken } from './authority.ts';
export { type Config, type ConfigSource, loadConfig } from './config.ts';
export type { Engine } from './engine.ts';
export { type ErrorBody, ServerError, type ServerErrorCode } from './errors.ts';
export { createLog, type Log } from './log.ts';
export { type RunningAmbitServer, startServer } from './server.ts';
export type { TokenRequest } from './tokens/request.ts';
