import { z } from 'zod';
import { isClientId } from '../oauth/client-request.ts';
import { isOpaquePublicId } from '../oauth/opaque.ts';
import type { AuditRow } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { isPublicId } from '../tokens/format.ts';

const PAGE = 100;
const MOST = 1_000;

/** Which rows of the audit to list, as the admin API is asked. */
export interface AuditListQuery {
  readonly token?: string | undefined;
  readonly client?: string | undefined;
  readonly subject?: string | undefined;
  readonly before?: string | undefined;
  readonly limit?: string | undefined;
}

export const auditQueryShape: z.ZodType<AuditListQuery> = z.strictObject({
  token: z
    .string()
    .refine((id) => isPublicId(id) || isOpaquePublicId(id), 'must be the id of a token')
    .optional()
    .describe('the id of a personal token (`tok_...`) or of an OAuth token (`oat_...`)'),
  client: z
    .string()
    .refine(isClientId, 'must be the id of a client')
    .optional()
    .describe('the id of a client (`cli_...`)'),
  subject: z
    .string()
    .min(1, 'must not be empty')
    .max(255)
    .optional()
    .describe('on whose behalf; of several filters, all hold'),
  before: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'must be `next` of the page before')
    .optional()
    .describe('`next` of the page before'),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, `must be a number from 1 to ${MOST}`)
    .refine((text) => Number(text) <= MOST, `must be a number from 1 to ${MOST}`)
    .optional()
    .describe(`at most so many, up to ${MOST}; ${PAGE} when left out`),
});

/** A row of the audit for people and programs. */
export interface ShownAuditRow {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly token: string | null;
  readonly client: string | null;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** One page of the audit, newest first. */
export interface AuditPage {
  readonly entries: readonly ShownAuditRow[];
  /** What to ask for as `before`; null where there are no more. */
  readonly next: string | null;
}

export async function listAudit({ audit }: Pick<Store, 'audit'>, query: AuditListQuery): Promise<AuditPage> {
  const { token, client, subject } = query;
  const limit = Number(query.limit ?? PAGE);
  const before = query.before === undefined ? undefined : BigInt(query.before);
  const found = await audit.list({ token, client, subject, before, limit: limit + 1 });
  const entries = found.slice(0, limit).map(shownRow);
  return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

function shownRow({ id, at, action, actor, token, client, subject, details }: AuditRow): ShownAuditRow {
  return {
    id: String(id),
    at: at.toISOString(),
    action,
    actor,
    token: token ?? null,
    client: client ?? null,
    subject: subject ?? null,
    details: details ?? {},
  };
}
