/**
 * Three kinds of test, by what they need:
 *   unit         *.spec.ts beside the code, test/*.spec.ts for the project's files: nothing but Node
 *   integration  *.integration.ts beside the code: real Postgres and RabbitMQ, started privately
 *   e2e          test/*.e2e.ts: the whole axis, as its users use it
 */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^@axis/([a-z]+)$': '<rootDir>/libs/$1/src' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.axis'],
};
const servers = {
  globalSetup: '<rootDir>/libs/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.ts',
};

module.exports = {
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.ts'] },
    { ...shared, ...servers, displayName: 'integration', testMatch: ['<rootDir>/{apps,libs}/**/*.integration.ts'] },
    { ...shared, ...servers, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e.ts'] },
  ],
};
