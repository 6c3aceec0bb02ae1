import { type Config, ConfigError, configVariables, loadConfig } from './config';

/** What is said of a configuration that cannot be used. */
function faultsOf(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

describe('loadConfig', () => {
  it('needs nothing', () => {
    const { http, database, amqp, keys, limits, logLevel } = loadConfig({});
    expect(http).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(database.url).toBeUndefined();
    expect(amqp).toEqual({ url: undefined, namespace: 'axis', managementUrl: undefined, publicUrl: undefined });
    expect(keys).toEqual({ dir: '.axis/keys', password: '', sample: true, token: undefined });
    expect(limits).toEqual({ fileBytes: 2 ** 30, pdfBytes: 2 ** 28, files: 50, addressees: 2000 });
    expect(logLevel).toBe('info');
  });

  it('counts an empty variable as absent', () => {
    expect(loadConfig(Object.fromEntries(configVariables.map((name) => [name, ''])))).toEqual(loadConfig({}));
  });

  it('leaves alone what is not its own', () => {
    expect(loadConfig({ PATH: '/usr/bin', HTTP_PORTS: 'many' })).toEqual(loadConfig({}));
  });

  const url = 'postgres://axis:secret@db:5432/axis';
  const KEY = Buffer.alloc(32, 'khóa').toString('base64');
  const taken: [name: string, value: string, of: (config: Config) => unknown, as: unknown][] = [
    ['DATABASE_URL', url, ({ database }) => database.url, url],
    ['DATABASE_URL', 'postgresql://db/axis', ({ database }) => database.url, 'postgresql://db/axis'],
    ['DATABASE_POOL', '25', ({ database }) => database.pool, 25],
    ['AMQP_URL', 'amqps://broker/axis', ({ amqp }) => amqp.url, 'amqps://broker/axis'],
    ['AMQP_NAMESPACE', 'bo-noi-vu', ({ amqp }) => amqp.namespace, 'bo-noi-vu'],
    ['AMQP_MANAGEMENT_URL', 'http://broker:15672', ({ amqp }) => amqp.managementUrl, 'http://broker:15672'],
    ['AMQP_PUBLIC_URL', 'amqps://truc.gov.vn', ({ amqp }) => amqp.publicUrl, 'amqps://truc.gov.vn'],
    ['HTTP_HOST', '::1', ({ http }) => http.host, '::1'],
    ['HTTP_PORT', '0', ({ http }) => http.port, 0],
    ['AXIS_HOME', '/var/lib/axis', ({ home }) => home, '/var/lib/axis'],
    ['AXIS_HOME', '/var/lib/axis', ({ keys }) => keys.dir, '/var/lib/axis/keys'],
    ['LOG_LEVEL', 'debug', ({ logLevel }) => logLevel, 'debug'],
    ['KEYS_DIR', '/run/keys', ({ keys }) => [keys.dir, keys.sample], ['/run/keys', false]],
    ['KEYS_PASSWORD', ' mật khẩu ', ({ keys }) => keys.password, ' mật khẩu '],
    ['SECRETS_KEY', KEY, ({ secretsKey }) => secretsKey, KEY],
    ['SECRETS_KEY', `${KEY},${KEY}`, ({ secretsKey }) => secretsKey, `${KEY},${KEY}`],
    ['MAX_FILE_BYTES', '1000', ({ limits }) => limits.fileBytes, 1000],
    ['MAX_FILES', '3', ({ limits }) => limits.files, 3],
    ['MAX_ADDRESSEES', '10', ({ limits }) => limits.addressees, 10],
    ['MAX_PDF_BYTES', '2000', ({ limits }) => limits.pdfBytes, 2000],
    ['PKCS11_LIBRARY', '', ({ keys }) => keys.token, undefined],
    ['PKCS11_TOKEN', 'văn thư', ({ keys }) => keys.token, undefined],
    ['PKCS11_PIN', '123456', ({ keys }) => keys.token, undefined],
    ['SIGNATURE_POLICY', 'both', ({ signaturePolicy }) => signaturePolicy, 'both'],
    ['TSA_URL', 'http://tsa.example/', ({ seal }) => seal.tsaUrl, 'http://tsa.example/'],
    ['SEAL_LEVEL', 'B-B', ({ seal }) => seal.level, 'B-B'],
    ['RECALL_POLICY', 'cancel', ({ recallPolicy }) => recallPolicy, 'cancel'],
    ['ACCESS_TOKEN_SECONDS', '60', ({ accessTokenSeconds }) => accessTokenSeconds, 60],
    ['IDEMPOTENCY_KEY_DAYS', '1', ({ idempotencyKeyDays }) => idempotencyKeyDays, 1],
    ['FEED_DAYS', '400', ({ feedDays }) => feedDays, 400],
    ['WEBHOOK_DISABLE_DAYS', '3', ({ webhooks }) => webhooks.disableDays, 3],
    ['WEBHOOK_ALLOW_PRIVATE', 'true', ({ webhooks }) => webhooks.allowPrivate, true],
    ['WEBHOOK_ALLOW_PRIVATE', 'false', ({ webhooks }) => webhooks.allowPrivate, false],
    ['DELIVERY_EXPIRES_DAYS', '5', ({ deliveryExpiresDays }) => deliveryExpiresDays, 5],
    ['RETENTION_DAYS', '365', ({ retentionDays }) => retentionDays, 365],
    ['HOLIDAYS_FILE', '/etc/axis/holidays.json', ({ holidaysFile }) => holidaysFile, '/etc/axis/holidays.json'],
    ['VXP_CLOCK_TOLERANCE_SECONDS', '60', ({ vxp }) => vxp.clockToleranceMs, 60_000],
    ['VXP_UNKNOWN_RECEIVERS', 'skip', ({ vxp }) => vxp.unknownReceivers, 'skip'],
  ];

  it.each(taken)('takes %s=%s', (name, value, of, as) => {
    expect(of(loadConfig({ [name]: value }))).toEqual(as);
  });

  it('has every variable in the table above', () => {
    expect(new Set(taken.map(([name]) => name))).toEqual(new Set(configVariables));
  });

  it.each([
    ['DATABASE_URL', 'mysql://db/axis'],
    ['DATABASE_URL', 'db:5432'],
    ['DATABASE_POOL', '0'],
    ['DATABASE_POOL', '2.5'],
    ['AMQP_URL', 'http://broker'],
    ['AMQP_NAMESPACE', 'Bộ Nội vụ'],
    ['AMQP_NAMESPACE', '-axis'],
    ['HTTP_PORT', '65536'],
    ['HTTP_PORT', '-1'],
    ['HTTP_PORT', 'http'],
    ['LOG_LEVEL', 'verbose'],
    ['SIGNATURE_POLICY', 'none'],
    ['SEAL_LEVEL', 'B-X'],
    ['TSA_URL', 'ftp://tsa.example'],
    ['SECRETS_KEY', 'c2hvcnQ='],
    ['MAX_FILE_BYTES', '1GB'],
    ['MAX_FILES', '-5'],
    ['DELIVERY_EXPIRES_DAYS', 'never'],
    ['WEBHOOK_ALLOW_PRIVATE', 'perhaps'],
    ['RETENTION_DAYS', '-1'],
    ['VXP_CLOCK_TOLERANCE_SECONDS', '0'],
    ['VXP_UNKNOWN_RECEIVERS', 'warn'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toMatch(new RegExp(`^The configuration is wrong:\n  ${name}: \\S.*$`));
  });

  it('refuses a seal level that needs a time-stamping authority without one', () => {
    expect(faultsOf({ SEAL_LEVEL: 'B-LTA' })).toMatch(/^The configuration is wrong:\n {2}TSA_URL: /);
    expect(loadConfig({ SEAL_LEVEL: 'B-LTA', TSA_URL: 'http://tsa.example/' }).seal.level).toBe('B-LTA');
  });

  it('refuses to try a subscription for longer than events are kept', () => {
    expect(faultsOf({ FEED_DAYS: '7' })).toMatch(/^The configuration is wrong:\n {2}WEBHOOK_DISABLE_DAYS: /);
    expect(loadConfig({ FEED_DAYS: '7', WEBHOOK_DISABLE_DAYS: '6' }).webhooks.disableDays).toBe(6);
  });

  it('takes a token with its label and PIN, and not without its label', () => {
    const library = '/usr/lib/softhsm/libsofthsm2.so';
    const { keys } = loadConfig({ PKCS11_LIBRARY: library, PKCS11_TOKEN: 'văn thư', PKCS11_PIN: '123456' });
    expect(keys.token).toEqual({ library, tokenLabel: 'văn thư', pin: '123456' });
    expect(faultsOf({ PKCS11_LIBRARY: library })).toMatch(/^The configuration is wrong:\n {2}PKCS11_TOKEN: /);
  });

  it('names every bad variable at once, and shows no password', () => {
    const password = 'Tuyet-mat';
    const [heading, ...faults] = faultsOf({
      DATABASE_URL: `mysql://axis:${password}@db/axis`,
      AMQP_URL: `broker:${password}`,
      HTTP_PORT: 'x',
      LOG_LEVEL: 'loud',
      MAX_FILES: '0',
      MAX_ADDRESSEES: '10',
    }).split('\n');
    expect(heading).toBe('The configuration is wrong:');
    const named = faults.map((fault) => /^ {2}([A-Z_]+): /.exec(fault)?.[1]);
    expect(named).toEqual(['DATABASE_URL', 'AMQP_URL', 'HTTP_PORT', 'LOG_LEVEL', 'MAX_FILES']);
    expect(faults.join('\n')).not.toContain(password);
  });
});
