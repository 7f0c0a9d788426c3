import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { ForgeRecord } from '../data/records.ts';
import { type Page, type PageArguments, paginate } from '../paginate.ts';
import { Rights } from '../Rights.ts';

/** The record if the caller may see it, and null, as for none at all, if not. */
export function seen<T extends ForgeRecord>(
  data: ForgeData,
  context: ForgeContext,
  record: T | undefined,
): T | null {
  return record !== undefined && new Rights(data, context.subject).sees(record) ? record : null;
}

/** One page of those records that the caller may see. */
export function seenPage<T extends ForgeRecord>(
  data: ForgeData,
  context: ForgeContext,
  records: readonly T[],
  page: PageArguments,
): Page<T> {
  const rights = new Rights(data, context.subject);
  return paginate(
    records.filter((record) => rights.sees(record)),
    page,
  );
}
