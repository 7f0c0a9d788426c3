import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a trailing separator. Every script works from here. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
