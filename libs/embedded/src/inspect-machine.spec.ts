import { inspectMachine } from './inspect-machine';

const DIR = '/nonexistent/axis';
const find = async (env: NodeJS.ProcessEnv, name: string) =>
  (await inspectMachine(env, DIR)).find((finding) => finding.name === name);

it('says what this machine has, for a folder that is not there yet', async () => {
  const findings = await inspectMachine({}, DIR);
  expect(findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Node.js', 'System', 'Memory', 'Free disk', 'Postgres', 'RabbitMQ']),
  );
  expect(findings.find(({ name }) => name === 'Node.js')).toEqual({
    name: 'Node.js',
    ok: true,
    value: process.versions.node,
  });
});

it('advises where something is wrong, and only there', async () => {
  for (const { ok, advice } of await inspectMachine({ DATABASE_URL: 'postgres://127.0.0.1:1/axis' }, DIR)) {
    expect(advice === undefined).toBe(ok);
  }
});

it('tries the servers it is told to use, and shows no password', async () => {
  const env = { DATABASE_URL: 'postgres://axis:secret@127.0.0.1:1/axis', AMQP_URL: 'amqp://axis:secret@127.0.0.1:1' };
  for (const name of ['Postgres', 'RabbitMQ']) {
    const finding = await find(env, name);
    expect(finding?.ok).toBe(false);
    expect(finding?.value).toContain('127.0.0.1:1');
    expect(JSON.stringify(finding)).not.toContain('secret');
  }
});
