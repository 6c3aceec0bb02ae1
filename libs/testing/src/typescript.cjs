// `node -r libs/testing/src/typescript.cjs …` runs this project's TypeScript as it stands, for tests that need a process
// of their own (to kill it, to run it as another user). What Jest does for test files, without Jest.
const { transformFileSync } = require('@swc/core');
const Module = require('node:module');
const { join } = require('node:path');

const root = join(__dirname, '../../..');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const lib = /^@axis\/([a-z]+)$/.exec(request)?.[1];
  return resolve.call(this, lib ? join(root, 'libs', lib, 'src/index.ts') : request, ...rest);
};
require.extensions['.ts'] = (module, file) => {
  module._compile(transformFileSync(file, { configFile: join(root, '.swcrc') }).code, file);
};
