import { Wake } from './wake';

describe('a wake', () => {
  it('ends a wait', async () => {
    const wake = new Wake();
    const waiting = wake.wait(60_000);
    wake.raise();
    await waiting;
  });

  it('raised before the wait ends the next one, and only that', async () => {
    const wake = new Wake();
    wake.raise();
    wake.raise();
    await wake.wait(60_000);
    const start = Date.now();
    await wake.wait(30);
    expect(Date.now() - start).toBeGreaterThanOrEqual(28);
  });
});
