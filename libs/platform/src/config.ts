import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const count = z.coerce.number().int().positive();
const bytes = count;

/** Every variable the axis reads; `.env.example` lists the same, and a test holds the two together. */
const variables = z.object({
  /** PostgreSQL, `postgres://user:password@host:port/database`. Absent: the axis runs a private one. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL: count.default(10),
  /** RabbitMQ, `amqp(s)://user:password@host:port/vhost`. Absent: the axis runs a private one. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /** Prefix of the names of every exchange and queue, so that several axes can share a broker. */
  AMQP_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .default('axis'),
  /**
   * RabbitMQ's management HTTP API, `http(s)://[user:password@]host:port`, by which systems get queues of their own; without user and
   * password, those of AMQP_URL. Absent: no AMQP delivery to systems (a private broker brings its own).
   */
  AMQP_MANAGEMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where systems reach the broker, `amqp(s)://host:port/vhost`, told to them with their queue. Absent: AMQP_URL without its user. */
  AMQP_PUBLIC_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  HTTP_HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free port. */
  HTTP_PORT: port.default(8080),
  /** Where the embedded servers, keys and the demo keep their files. */
  AXIS_HOME: z.string().default('.axis'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Holds `trust/*.pem` (trust anchors), `trust/*.crl`, `seals/<agency code>.p12` and `evidence.p12`. Absent: AXIS_HOME/keys, with sample keys. */
  KEYS_DIR: z.string().optional(),
  KEYS_PASSWORD: z.string().default(''),
  /**
   * Seals the secrets of others that are kept: base64 of 32 bytes; several, separated by commas, while the key is changed, the new one
   * first. Absent: `secrets.key` in KEYS_DIR.
   */
  SECRETS_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=(,[A-Za-z0-9+/]{43}=)*$/, 'must be the base64 of 32 bytes')
    .optional(),
  /** PKCS#11 library of a token that holds agencies' seals: each key labelled by its agency's code, its certificate in `seals/<code>.pem`. */
  PKCS11_LIBRARY: z.string().optional(),
  PKCS11_TOKEN: z.string().optional(),
  PKCS11_PIN: z.string().optional(),
  MAX_FILE_BYTES: bytes.default(1024 ** 3),
  MAX_FILES: count.default(50),
  MAX_ADDRESSEES: count.default(2000),
  /** A PDF is held in memory while its signatures are made and checked. */
  MAX_PDF_BYTES: bytes.default(256 * 1024 ** 2),
  /**
   * Which signatures a document must carry. `any`: at least one, all valid. `person`, `agency`, `both`: among them valid ones of
   * signers whom the directory binds to the sending agency (NĐ 30/2020/NĐ-CP asks for both).
   */
  SIGNATURE_POLICY: z.enum(['any', 'person', 'agency', 'both']).default('any'),
  /** Level of the seals the axis puts on documents (ETSI EN 319 142-1); above B-B it needs TSA_URL. */
  SEAL_LEVEL: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']).default('B-B'),
  /** Time-stamping authority (RFC 3161 over HTTP). */
  TSA_URL: z.url({ protocol: /^https?$/ }).optional(),
  /**
   * What a recall does to a delivery whose receiver has read it: `ask` for its consent (statuses 15, 16), or `cancel` it at once
   * (QĐ 28/2018/QĐ-TTg Điều 9).
   */
  RECALL_POLICY: z.enum(['ask', 'cancel']).default('ask'),
  ACCESS_TOKEN_SECONDS: count.default(3600),
  IDEMPOTENCY_KEY_DAYS: count.default(7),
  /** A delivery that nobody fetched for so long has failed, and its sender is told. */
  DELIVERY_EXPIRES_DAYS: count.default(30),
  /** How long events can be read again; kept in whole months, so somewhat longer. */
  FEED_DAYS: count.default(90),
  /** A subscription whose every attempt failed for so long is disabled. */
  WEBHOOK_DISABLE_DAYS: count.default(7),
  /** Lets webhooks be at addresses within the network, and without TLS. */
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
  /** The contents of a document are removed so long after the last step of its deliveries; 0 keeps them. */
  RETENTION_DAYS: z.coerce.number().int().min(0).default(0),
  /** JSON file of days off (libs/edoc/src/calendar/holidays.ts) whose years replace those built in, or follow them. */
  HOLIDAYS_FILE: z.string().optional(),
  /** How far the clock of a system that calls by the VXP protocol may differ from ours. */
  VXP_CLOCK_TOLERANCE_SECONDS: count.default(300),
  /** Addressees of an edXML message that the directory does not know: refuse the message, or skip them and say so. */
  VXP_UNKNOWN_RECEIVERS: z.enum(['refuse', 'skip']).default('refuse'),
});

const environment = variables
  .refine((e) => e.SEAL_LEVEL === 'B-B' || e.TSA_URL !== undefined, {
    path: ['TSA_URL'],
    message: 'a SEAL_LEVEL above B-B needs it',
  })
  .refine((e) => e.PKCS11_LIBRARY === undefined || e.PKCS11_TOKEN !== undefined, {
    path: ['PKCS11_TOKEN'],
    message: 'PKCS11_LIBRARY needs the label of its token',
  })
  .refine((e) => e.WEBHOOK_DISABLE_DAYS < e.FEED_DAYS, {
    path: ['WEBHOOK_DISABLE_DAYS'],
    message: 'must be less than FEED_DAYS, so that nothing is lost to a subscription by then',
  });

export interface Config {
  readonly database: { readonly url: string | undefined; readonly pool: number };
  readonly amqp: {
    readonly url: string | undefined;
    readonly namespace: string;
    readonly managementUrl: string | undefined;
    readonly publicUrl: string | undefined;
  };
  readonly http: { readonly host: string; readonly port: number };
  readonly home: string;
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly keys: {
    readonly dir: string;
    readonly password: string;
    readonly sample: boolean;
    readonly token: { readonly library: string; readonly tokenLabel: string; readonly pin: string } | undefined;
  };
  readonly secretsKey: string | undefined;
  readonly limits: {
    readonly fileBytes: number;
    readonly pdfBytes: number;
    readonly files: number;
    readonly addressees: number;
  };
  readonly seal: { readonly level: z.infer<typeof environment>['SEAL_LEVEL']; readonly tsaUrl: string | undefined };
  readonly signaturePolicy: z.infer<typeof environment>['SIGNATURE_POLICY'];
  readonly recallPolicy: z.infer<typeof environment>['RECALL_POLICY'];
  readonly accessTokenSeconds: number;
  readonly idempotencyKeyDays: number;
  readonly deliveryExpiresDays: number;
  readonly feedDays: number;
  readonly webhooks: { readonly disableDays: number; readonly allowPrivate: boolean };
  readonly retentionDays: number;
  readonly holidaysFile: string | undefined;
  readonly vxp: { readonly clockToleranceMs: number; readonly unknownReceivers: 'refuse' | 'skip' };
}

/** Names of every variable, for the tests that hold `.env.example` and `deploy/compose.yaml` to the code. */
export const configVariables: readonly string[] = Object.keys(variables.shape);

/** A start that cannot go on; its message names every bad variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration once, at the start. Empty variables count as absent.
 * @throws ConfigError naming every bad variable and what is wrong with it.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => configVariables.includes(name) && value !== ''),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration is wrong:\n${faults.join('\n')}`);
  }
  const e = parsed.data;
  return {
    database: { url: e.DATABASE_URL, pool: e.DATABASE_POOL },
    amqp: {
      url: e.AMQP_URL,
      namespace: e.AMQP_NAMESPACE,
      managementUrl: e.AMQP_MANAGEMENT_URL,
      publicUrl: e.AMQP_PUBLIC_URL,
    },
    http: { host: e.HTTP_HOST, port: e.HTTP_PORT },
    home: e.AXIS_HOME,
    logLevel: e.LOG_LEVEL,
    keys: {
      dir: e.KEYS_DIR ?? `${e.AXIS_HOME}/keys`,
      password: e.KEYS_PASSWORD,
      sample: e.KEYS_DIR === undefined,
      token:
        e.PKCS11_LIBRARY === undefined
          ? undefined
          : { library: e.PKCS11_LIBRARY, tokenLabel: e.PKCS11_TOKEN ?? '', pin: e.PKCS11_PIN ?? '' },
    },
    secretsKey: e.SECRETS_KEY,
    limits: {
      fileBytes: e.MAX_FILE_BYTES,
      pdfBytes: e.MAX_PDF_BYTES,
      files: e.MAX_FILES,
      addressees: e.MAX_ADDRESSEES,
    },
    seal: { level: e.SEAL_LEVEL, tsaUrl: e.TSA_URL },
    signaturePolicy: e.SIGNATURE_POLICY,
    recallPolicy: e.RECALL_POLICY,
    accessTokenSeconds: e.ACCESS_TOKEN_SECONDS,
    idempotencyKeyDays: e.IDEMPOTENCY_KEY_DAYS,
    deliveryExpiresDays: e.DELIVERY_EXPIRES_DAYS,
    feedDays: e.FEED_DAYS,
    webhooks: { disableDays: e.WEBHOOK_DISABLE_DAYS, allowPrivate: e.WEBHOOK_ALLOW_PRIVATE },
    retentionDays: e.RETENTION_DAYS,
    holidaysFile: e.HOLIDAYS_FILE,
    vxp: { clockToleranceMs: e.VXP_CLOCK_TOLERANCE_SECONDS * 1000, unknownReceivers: e.VXP_UNKNOWN_RECEIVERS },
  };
}
