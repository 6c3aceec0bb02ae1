import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { Pool, type PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { v7 } from 'uuid';
import { serve } from '../worker';
import { type Accepted, type Load, now, sendAll, type Sent } from './load';
import { Stage } from './stage';

/** Open once, then measure any number of times. */
export type ProbeQuestion =
  | { readonly ask: 'open'; readonly database: string; readonly broker: string }
  | { readonly ask: 'run'; readonly load: Load };

/** A run, and when each of its documents could be had, in Unix ms. */
export interface Probed extends Sent {
  readonly available: ReadonlyMap<string, number>;
  /** When the last receipt was written. */
  readonly settledAt: number;
}

const EXCHANGE = 'probe.events';
const CONNECTIONS = 10;
/** Of the contents' partition. */
const MONTH = `${new Date().toISOString().slice(0, 7)}-01`;
const TAKEN_AT_ONCE = 500;
const RECEIPTS_A_DOCUMENT = 2;
/** As long as a signed receipt is. */
const RECEIPT = 'e'.repeat(1200);
const SIGNATURES = JSON.stringify([{ field: 'Signature1', signer: 'x'.repeat(80), indication: 'TOTAL-PASSED' }]);

interface Event {
  readonly type: string;
  readonly documentId: string;
  readonly deliveryId?: string;
}

/**
 * The same writes, publishes and reads as a document's whole way, and nothing else: plain pg and amqplib, no web server, no
 * framework, no signatures. Every step commits before it publishes and acknowledges after it commits, as the axis does.
 */
class Probe {
  private readonly pool: Pool;
  private readonly available = new Map<string, number>();
  private receipts = 0;
  private relaying = false;
  private relayAgain = false;
  private settled: () => void = () => undefined;
  private readonly agency = randomUUID();

  private constructor(
    database: string,
    private readonly out: ConfirmChannel,
  ) {
    this.pool = new Pool({ connectionString: database, max: CONNECTIONS });
  }

  static async open(database: string, broker: string): Promise<Probe> {
    const connection: ChannelModel = await connect(broker);
    const out = await connection.createConfirmChannel();
    await out.assertExchange(EXCHANGE, 'topic', { durable: true });
    const probe = new Probe(database, out);
    const stage = async (
      queue: string,
      types: readonly string[],
      handle: (events: readonly Event[]) => Promise<void>,
    ) => {
      const channel: Channel = await connection.createChannel();
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      for (const type of types) await channel.bindQueue(queue, EXCHANGE, type);
      await Stage.begin(channel, queue, (events) => handle(events as readonly Event[]));
    };
    await stage('probe.signer', ['document.submitted'], (events) => probe.verify(events));
    await stage('probe.router', ['document.verified'], (events) => probe.route(events));
    await stage('probe.courier', ['delivery.routed'], (events) => probe.put(events));
    await stage('probe.registrar', ['document.#', 'delivery.#'], (events) => probe.record(events));
    return probe;
  }

  async run(load: Load): Promise<Probed> {
    this.available.clear();
    this.receipts = 0;
    const contents = Array.from({ length: load.documents }, () => randomBytes(load.bytes));
    const sent = await sendAll(load, (index) => this.submit(contents[index] ?? Buffer.alloc(0)));
    const expected = sent.accepted.length * RECEIPTS_A_DOCUMENT;
    await new Promise<void>((resolve) => {
      this.settled = () => {
        if (this.receipts >= expected) resolve();
      };
      this.settled();
    });
    return { ...sent, available: this.available, settledAt: now() };
  }

  private async submit(bytes: Buffer): Promise<Accepted> {
    const sentAt = now();
    const documentId = v7();
    const reference = `G22,2026/11/21,${documentId}`;
    const sha256 = createHash('sha256').update(bytes).digest();
    await this.transaction(async (client) => {
      await client.query(
        'INSERT INTO document_references (year, reference, document_id, fingerprint) VALUES (2026, $1, $2, $3)',
        [reference, documentId, sha256],
      );
      await client.query(`INSERT INTO contents (month, sha256, bytes, size) VALUES ($1, $2, $3, $4)`, [
        MONTH,
        sha256,
        bytes,
        bytes.length,
      ]);
      await client.query(
        `INSERT INTO documents (id, system_id, from_agency_id, from_code, reference, number, notation, kind, subject,
           promulgated_on, urgency, details, addressees, business, version, claims, seal, state, submitted_at)
         VALUES ($1, $2, $2, 'G22', $4, '1', 'VPCP-CĐS', 'cong-van', $3, now(), 0, '{}', '[{"code":"H17.05"}]',
           '{"type":"new"}', 1, ARRAY[$4], false, 'submitted', now())`,
        [documentId, this.agency, 'x'.repeat(60), reference],
      );
      await client.query(
        `INSERT INTO document_files (document_id, position, role, name, content_type, size, sha256, submitted_sha256)
         VALUES ($1, 0, 'main', '1.pdf', 'application/pdf', $2, $3, $3)`,
        [documentId, bytes.length, sha256],
      );
      await this.announce(client, [{ type: 'document.submitted', documentId }]);
    });
    return { documentId, sentAt, acceptedAt: now() };
  }

  private async verify(events: readonly Event[]): Promise<void> {
    const ids = events.map(({ documentId }) => documentId);
    const { rows } = await this.pool.query<{ sha256: Buffer }>(
      `SELECT d.*, f.* FROM documents d JOIN document_files f ON f.document_id = d.id
       WHERE d.id = ANY ($1::uuid[]) AND f.document_id = ANY ($1::uuid[])`,
      [ids],
    );
    await this.readContents(rows.map(({ sha256 }) => sha256));
    await this.transaction(async (client) => {
      await client.query(
        `UPDATE documents SET state = 'verified', signatures = $2, verified_at = now() WHERE id = ANY ($1::uuid[])`,
        [ids, SIGNATURES],
      );
      await this.announce(
        client,
        ids.map((documentId) => ({ type: 'document.verified', documentId })),
      );
    });
  }

  /** By COPY: pg reads a bytea of an ordinary answer as text, which takes both sides several times as long. */
  private async readContents(hashes: readonly Buffer[]): Promise<void> {
    const wanted = hashes.map((sha256) => `'\\x${sha256.toString('hex')}'`).join();
    const client = await this.pool.connect();
    const select = `SELECT bytes FROM contents WHERE month = '${MONTH}' AND sha256 IN (${wanted})`;
    const parts: unknown[] = [];
    for await (const part of client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`))) parts.push(part);
    client.release();
  }

  private async route(events: readonly Event[]): Promise<void> {
    const ids = events.map(({ documentId }) => documentId);
    await this.transaction(async (client) => {
      await client.query(`UPDATE documents SET state = 'routed', routed_at = now() WHERE id = ANY ($1::uuid[])`, [ids]);
      await client.query(
        `INSERT INTO deliveries (document_id, id, agency_id, sender_agency_id, requested_as, succession, state, routed_at, updated_at)
         SELECT id, id, $2, $2, '{H17.05}', '{}', 'routed', now(), now() FROM unnest($1::uuid[]) AS id`,
        [ids, this.agency],
      );
      await this.announce(
        client,
        ids.map((documentId) => ({ type: 'delivery.routed', documentId })),
      );
    });
  }

  private async put(events: readonly Event[]): Promise<void> {
    const ids = events.map(({ documentId }) => documentId);
    await this.transaction(async (client) => {
      await client.query(
        `UPDATE deliveries SET state = 'available', available_at = now(), updated_at = now() WHERE document_id = ANY ($1::uuid[])`,
        [ids],
      );
      await this.announce(
        client,
        ids.map((documentId) => ({ type: 'delivery.available', documentId, deliveryId: documentId })),
      );
    });
    for (const id of ids) this.available.set(id, now());
  }

  private async record(events: readonly Event[]): Promise<void> {
    const told = events.filter(({ type }) => type === 'document.verified' || type === 'delivery.available');
    await this.pool.query(
      `INSERT INTO receipts (document_id, id, delivery_id, kind, occurred_at, jws)
       SELECT document_id, gen_random_uuid(), document_id, 'SubmissionAcceptance', now(), $2 FROM unnest($1::uuid[]) AS document_id`,
      [told.map(({ documentId }) => documentId), RECEIPT],
    );
    this.receipts += told.length;
    this.settled();
  }

  private async transaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    void this.relay();
  }

  private async announce(client: PoolClient, events: readonly Event[]): Promise<void> {
    await client.query(
      `INSERT INTO outbox (id, type, subject, source, data)
       SELECT gen_random_uuid(), event->>'type', event->>'documentId', 'probe', event FROM unnest($1::jsonb[]) AS event`,
      [events.map((event) => JSON.stringify(event))],
    );
  }

  /** One at a time; what was committed meanwhile goes with the next turn. */
  private async relay(): Promise<void> {
    this.relayAgain = true;
    if (this.relaying) return;
    this.relaying = true;
    while (this.relayAgain) {
      this.relayAgain = false;
      const { rows } = await this.pool.query<{ position: string; type: string; data: Event }>(
        `SELECT position, type, data FROM outbox ORDER BY position LIMIT ${TAKEN_AT_ONCE}`,
      );
      if (rows.length === 0) continue;
      for (const { type, data } of rows) {
        this.out.publish(EXCHANGE, type, Buffer.from(JSON.stringify(data)), { persistent: true, mandatory: true });
      }
      await this.out.waitForConfirms();
      await this.pool.query('DELETE FROM outbox WHERE position = ANY ($1::bigint[])', [
        rows.map(({ position }) => position),
      ]);
    }
    this.relaying = false;
  }
}

let opened: Probe | undefined;

async function answer(question: ProbeQuestion): Promise<unknown> {
  if (question.ask === 'run') return opened?.run(question.load);
  opened = await Probe.open(question.database, question.broker);
  return undefined;
}

serve((question) => answer(question as ProbeQuestion));
