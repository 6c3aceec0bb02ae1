import type { Failure } from '../push';
import type { PostAnswer } from './post';

/** What the receiver's answer says of an event: taken, to be sent again, or unwanted for good. */
export function failureOf({ status, retryAfter }: PostAnswer, now: Date): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  // RFC 9110 §15.5.11
  if (status === 410) return { reason: 'answered 410 Gone', status, gone: true };
  const reason =
    status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`;
  const retryAfterMs = waitOf(retryAfter, now);
  return { reason, status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Seconds or a date (RFC 9110 §10.2.3), in ms from now; undefined when it is neither. */
function waitOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
