import { Refusal } from '@axis/edoc';
import { parseRange } from './range';

describe('parseRange (RFC 9110 §14.1.2)', () => {
  it.each([
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=900-', { start: 900, end: 999 }],
    ['bytes=-100', { start: 900, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=990-5000', { start: 990, end: 999 }],
  ])('reads %s of 1,000 bytes', (header, range) => {
    expect(parseRange(header, 1000)).toEqual(range);
  });

  it.each([undefined, 'bytes=', 'bytes=-', 'items=0-1', 'bytes=0-1,5-6', 'bytes=9-2', 'bytes=a-b'])(
    'sends the whole for %s',
    (header) => {
      expect(parseRange(header, 1000)).toBeUndefined();
    },
  );

  it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0'])('refuses %s of 1,000 bytes', (header) => {
    expect(() => parseRange(header, 1000)).toThrow(Refusal);
  });
});
