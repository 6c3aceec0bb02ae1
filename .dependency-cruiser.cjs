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

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', comment: 'A circle has no natural way through it.', from: {}, to: { circular: true } },
    { name: 'libs-never-import-apps', severity: 'error', comment: 'Libraries know nothing of the services that use them.', from: { path: '^libs/' }, to: { path: '^apps/' } },
    { name: 'testing-is-for-tests', severity: 'error', comment: 'Test builders never reach production code.', from: { path: '^(apps|libs)/', pathNot: '\\.(spec|integration)\\.ts$|^libs/testing/' }, to: { path: '^libs/testing/' } },
    { name: 'pure-libs-stay-pure', severity: 'error', comment: 'Rules and cryptography need no framework, database, broker or web server.', from: { path: pure, pathNot: '\\.(spec|integration)\\.ts$' }, to: { path: 'node_modules/(@nestjs|typeorm|pg|amqplib|fastify|@fastify)/' } },
    { name: 'one-door-per-lib', severity: 'error', comment: 'A library is used through its index.', from: { path: '^(apps|libs)/([^/]+)/' }, to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/$2/' } },
    { name: 'services-do-not-import-one-another', severity: 'error', comment: 'Services meet only in events and storage; apps/axis alone puts them together.', from: { path: '^apps/(?!axis/)([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'no-orphans', severity: 'error', comment: 'Code nobody uses is removed.', from: { orphan: true, path: '^(apps|libs)/', pathNot: '\\.(spec|integration)\\.ts$|/main\\.ts$' }, to: {} },
    ...Object.entries(libMayImport).map(([lib, allowed]) => ({
      name: `${lib}-imports`,
      severity: 'error',
      comment: `libs/${lib} may import ${allowed.join(', ') || 'no other library'}.`,
      from: { path: `^libs/${lib}/`, pathNot: '\\.(spec|integration)\\.ts$' },
      to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
    })),
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, exclude: { path: '^dist/' } },
};
