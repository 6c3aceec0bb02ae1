/**
 * A consumer in a process of its own that dies of one message, as by a fault in native code. Arguments: broker URL, topology as JSON, name
 * of the queue. Each message it handled is a line on stdout.
 */
const { readFileSync, writeSync } = require('node:fs');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename });
  module._compile(code, filename);
};
require('reflect-metadata');
const { AmqpPublisher, AmqpTransport } = require('../index.ts');

const [url, topologyText, queueName] = process.argv.slice(2);
const topology = JSON.parse(topologyText);
const silent = { info() {}, warn() {}, error() {} };
const options = { url, topology, log: silent };
const transport = new AmqpTransport(options, new AmqpPublisher(options));

transport.consume(
  topology.queues.find(({ name }) => name === queueName),
  async (messages) => {
    for (const { event } of messages) {
      if (event.data.deadly) process.kill(process.pid, 'SIGKILL');
      writeSync(1, `${event.data.n}\n`);
    }
  },
);
transport.start();
