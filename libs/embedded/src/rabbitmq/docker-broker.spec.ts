import { dockerRun, RABBITMQ_IMAGE } from './docker-broker';

const args = dockerRun('/srv/axis/.axis/rabbitmq', { amqp: 45672, management: 45673 }, { uid: 1000, gid: 1000 });

it('opens the broker on our loopback ports only', () => {
  const published = args.filter((_, at) => args[at - 1] === '--publish');
  expect(published).toEqual(['127.0.0.1:45672:5672', '127.0.0.1:45673:15672']);
});

it('keeps the data in our folder, as files of ours', () => {
  expect(args).toContain('/srv/axis/.axis/rabbitmq/docker:/var/lib/rabbitmq');
  expect(args[args.indexOf('--user') + 1]).toBe('1000:1000');
});

it('names the container by its folder, so that a crashed run’s is found again', () => {
  const name = (dir: string): string | undefined => dockerRun(dir, { amqp: 1, management: 2 }, { uid: 0, gid: 0 })[3];
  expect(name('/a')).toBe(name('/a'));
  expect(name('/a')).not.toBe(name('/b'));
});

it('ends with the image, so that nothing is taken for a command in it', () => {
  expect(args.at(-1)).toBe(RABBITMQ_IMAGE);
});
