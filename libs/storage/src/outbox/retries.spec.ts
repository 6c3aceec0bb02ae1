import { Retries } from './retries';

describe('retries of the outbox', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('holds an event back for a growing time, thirty seconds at most', () => {
    const retries = new Retries();
    const delays = Array.from({ length: 10 }, () => {
      retries.failed('1');
      const ms = retries.nextInMs();
      expect(retries.held()).toEqual(['1']);
      jest.advanceTimersByTime(ms);
      expect(retries.held()).toEqual([]);
      return ms;
    });
    expect(delays).toEqual([200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
  });

  it('forgets an event that was published', () => {
    const retries = new Retries();
    retries.failed('1');
    retries.failed('2');
    retries.succeeded(['1']);
    expect(retries.held()).toEqual(['2']);
    retries.failed('1');
    expect(retries.nextInMs()).toBe(200);
  });

  it('when an outage ends, lets everything be tried at once', () => {
    const retries = new Retries();
    retries.failed('1');
    retries.failed('2');
    expect([retries.outage(), retries.outage(), retries.outage()]).toEqual([200, 400, 800]);
    retries.succeeded(['1']);
    expect(retries.held()).toEqual([]);
    expect(retries.outage()).toBe(200);
  });

  it('takes so many failures for an outage, and stops taking more', () => {
    const retries = new Retries();
    for (let i = 0; i < 4_999; i++) retries.failed(String(i));
    expect(retries.full).toBe(false);
    retries.failed('4999');
    expect(retries.full).toBe(true);
    jest.advanceTimersByTime(200);
    expect(retries.full).toBe(false);
  });
});
