import { brokerAddress } from './own-queues';

const amqp = { namespace: 'axis', managementUrl: undefined };

it.each([
  ['amqp://axis:secret@rabbitmq:5672/van-ban', undefined, 'amqp://rabbitmq:5672/van-ban'],
  ['amqp://axis:secret@rabbitmq:5672', 'amqps://truc.gov.vn:5671', 'amqps://truc.gov.vn:5671'],
  ['amqp://rabbitmq', 'amqps://axis:secret@truc.gov.vn', 'amqps://truc.gov.vn'],
])('of %s and %s, systems are told %s', (url, publicUrl, told) => {
  expect(brokerAddress({ ...amqp, url, publicUrl })).toBe(told);
});
