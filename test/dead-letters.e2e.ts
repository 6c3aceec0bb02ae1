import { connect } from 'amqplib';
import { deadLetters } from '../apps/axis/src/commands/dead-letters';
import { eventually } from '../libs/messaging/src/testing/kit';
import { TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

let axis: TestAxis;
const environment = process.env;

beforeAll(async () => {
  axis = await TestAxis.start();
  process.env = { ...environment, ...axis.ground.env };
});

afterAll(async () => {
  process.env = environment;
  await axis.stop();
});

/** The command's exit code and what it printed. */
async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const printed: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    return { code: await deadLetters(args), printed: printed.join('') };
  } finally {
    write.mockRestore();
  }
}

it('shows an administrator what was given up and why, and sends it back', async () => {
  expect(await run()).toEqual({ code: 0, printed: 'There are no dead letters.\n' });

  const { amqp } = axis.ground.config;
  const queue = `${amqp.namespace}.signer.document-submitted`;
  const connection = await connect(amqp.url);
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue(queue, Buffer.from('không phải sự kiện'), { messageId: 'rubbish' });
  await channel.waitForConfirms();
  await connection.close();

  const left = [{ id: 'rubbish', type: null, reason: 'unreadable', queue }];
  await eventually(async () => {
    const { code, printed } = await run('--json');
    expect(code).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({ sentBack: 0, left });
  });
  expect((await run()).printed).toContain(`rubbish  ?   unreadable in ${queue}`);
  expect(JSON.parse((await run('--requeue', 'rubbish', '--json')).printed)).toMatchObject({ sentBack: 1 });
  // It is no better than before, and so it comes back.
  await eventually(async () => {
    expect(JSON.parse((await run('--json')).printed)).toMatchObject({ left });
  });
});
