import { setImmediate as turn } from 'node:timers/promises';
import { readEdxml } from './read';
import { attachment, documentMessage } from './testing/messages';

const MiB = 1024 * 1024;

it('a message of 500 MB is read within 64 MB of idle memory', async () => {
  const [head = '', tail = ''] = documentMessage({ attachments: attachment('cong-van', 'a.bin', '@') }).split('@');
  const block = Buffer.from(`${'JVBERi0xLjcKJeLjz9MK'.repeat(4).slice(0, 76)}\r\n`.repeat(840));
  let peak = 0;
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from(head);
    for (let sent = 0, blocks = 0; sent < 500 * MiB; sent += block.length) {
      yield block;
      if (++blocks % 50 > 0) continue;
      peak = Math.max(peak, process.memoryUsage().rss);
      // As between chunks of a network, so that what is no longer needed can be freed.
      await turn();
    }
    yield Buffer.from(tail);
  }
  const idle = process.memoryUsage().rss;
  const reading = await readEdxml(source());
  expect(reading.errors).toEqual([]);
  expect(reading.attachments[0]?.size).toBeGreaterThan(350 * MiB);
  expect(peak - idle).toBeLessThan(64 * MiB);
}, 120_000);
