import { failureOf } from './judge-answer';

const now = new Date('2026-11-22T00:00:00Z');
const judge = (status: number, retryAfter?: string) => failureOf({ status, retryAfter }, now);

it.each([200, 201, 202, 204, 299])('%d: taken', (status) => {
  expect(judge(status)).toBeUndefined();
});

it.each([
  [400, 'answered 400'],
  [401, 'answered 401'],
  [404, 'answered 404'],
  [429, 'answered 429'],
  [500, 'answered 500'],
  [301, 'answered 301: redirects are not followed'],
  [307, 'answered 307: redirects are not followed'],
  [0, 'answered 0'],
])('%d: to be sent again', (status, reason) => {
  expect(judge(status)).toEqual({ reason, status });
});

it('410: nothing more', () => {
  expect(judge(410, '5')).toEqual({ reason: 'answered 410 Gone', status: 410, gone: true });
});

it.each([
  ['120', 120_000],
  ['0', 0],
  ['Sun, 22 Nov 2026 00:01:00 GMT', 60_000],
  ['Sat, 21 Nov 2026 00:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After: %s', (retryAfter, ms) => {
  expect(judge(503, retryAfter)?.retryAfterMs).toBe(ms);
});
