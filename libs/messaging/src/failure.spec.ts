import { failureOf, isPermanent, Permanent } from './failure';

const at = new Date('2026-11-21T03:04:05.678Z');

test.each([
  ['a coded error', Object.assign(new Error('no'), { code: 'pdf.broken' }), { code: 'pdf.broken', message: 'no' }],
  ['an error without code', new RangeError('too far'), { code: 'RangeError', message: 'too far' }],
  ['an error with a number for a code', Object.assign(new Error('no'), { code: 23505 }), { code: 'Error' }],
  ['a thrown text', 'just words', { code: 'string', message: 'just words' }],
  ['nothing', undefined, { code: 'undefined', message: 'undefined' }],
])('the failure that %s leaves', (_, error, expected) => {
  expect(failureOf(error, 2, at)).toMatchObject({ attempt: 2, at: '2026-11-21T03:04:05.678Z', ...expected });
});

test('a long message is cut to 500 characters', () => {
  const { message } = failureOf(new Error('ạ'.repeat(10_000)), 1, at);
  expect(message).toHaveLength(500);
  expect(message.endsWith('ạ…')).toBe(true);
});

test('permanent is what says so', () => {
  expect(isPermanent(new Permanent('gone'))).toBe(true);
  expect(isPermanent(Object.assign(new Error('gone'), { permanent: true }))).toBe(true);
  expect(isPermanent(Object.assign(new Error('gone'), { permanent: 'yes' }))).toBe(false);
  expect(isPermanent(new Error('gone'))).toBe(false);
  expect(isPermanent(null)).toBe(false);
});
