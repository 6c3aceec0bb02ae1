/** What each room may import (ARCHITECTURE.md draws the same picture). A rule's comment says why it stands. */
const libMayImport = {
  edoc: [],
  pki: [],
  platform: [],
  edxml: ['edoc'],
  pades: ['pki'],
  evidence: ['edoc', 'pki'],
  messaging: ['platform'],
  storage: ['edoc', 'platform'],
  embedded: ['platform'],
  service: ['messaging', 'platform', 'storage'],
};
const pure = '^libs/(edoc|edxml|pki|pades|evidence)/';
/** Runs only where tests run: not compiled, and free to use builders and development packages. */
const test = '\\.(spec|integration)\\.ts$|^libs/testing/|^libs/[^/]+/src/testing/';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A circle has no natural way through it.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      comment: 'Libraries know nothing of the services that use them.',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      comment: 'Test builders never reach production code; each library may have some of its own in src/testing.',
      from: { path: '^(apps|libs)/', pathNot: test },
      to: { path: '^libs/(testing/|[^/]+/src/testing/)' },
    },
    {
      name: 'only-tests-use-development-packages',
      severity: 'error',
      comment: 'They are not there when the axis runs (`npm prune --omit=dev`); a type is gone by then.',
      from: { path: '^(apps|libs)/', pathNot: test },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure-libs-stay-pure',
      severity: 'error',
      comment: 'Rules and cryptography need no framework, database, broker or web server.',
      from: { path: pure, pathNot: test },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|amqplib|fastify|@fastify)/' },
    },
    {
      name: 'one-door-per-lib',
      severity: 'error',
      comment: 'A library is used through its index, by tests too; what it offers tests alone lies in src/testing.',
      from: { path: '^(apps|libs|test)/([^/]+)' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts$|testing/)', pathNot: '^$1/$2/' },
    },
    {
      name: 'every-lib-has-its-line',
      severity: 'error',
      comment: 'A new library says in the table above what it may import. libs/testing may import all.',
      from: {},
      to: { path: `^libs/(?!(${Object.keys(libMayImport).join('|')}|testing)/)` },
    },
    {
      name: 'services-do-not-import-one-another',
      severity: 'error',
      comment: 'Services meet only in events and storage; apps/axis alone puts them together.',
      from: { path: '^apps/(?!axis/)([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Code that nobody uses is removed. Nobody imports a test or a main.ts.',
      from: { orphan: true, pathNot: '\\.(spec|integration|e2e)\\.ts$|/main\\.ts$' },
      to: {},
    },
    ...Object.entries(libMayImport).map(([lib, allowed]) => ({
      name: `${lib}-imports`,
      severity: 'error',
      comment: `libs/${lib} may import ${allowed.join(', ') || 'no other library'}.`,
      from: { path: `^libs/${lib}/`, pathNot: test },
      to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^dist/' },
  },
};
