import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether an `Authorization` header carries exactly this credential. Takes equally long whatever differs. */
export function holdsCredential(authorization: string | undefined, credential: string): boolean {
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${credential}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
