import { audienceOf, type AxisEvent, type EventType, evidenceKindOf } from '@axis/edoc';
import type { DataSource, EntityManager } from 'typeorm';
import { eventId } from '../outbox/event-id';
import { type IdentifiedEvent, insertEvents } from '../outbox/outbox';
import { STEPS } from './steps';

/** Steps looked at together. */
const BATCH = 2_000;

export interface ResumeRequest {
  /** What happened before is taken to have been told, unless the step after it has not been taken. */
  readonly since: Date;
  /** What happened before may have left the feed, which is kept for so long. */
  readonly feedSince: Date;
  /** Whether to look only. */
  readonly dryRun: boolean;
}

/** How many events of each type were lost. */
export type Resumed = Readonly<Partial<Record<EventType, number>>>;

/** An event that the tables say happened, and whether the step that follows upon it has not been taken. */
type Step = IdentifiedEvent & { readonly unfinished: boolean };

/**
 * Tells again, through the outbox and in the order in which they happened, the events that were lost on their way: whose
 * receipt or entry in the feed is missing, or upon which the next step was never taken. Their ids are what they were, so
 * that one which was not lost after all, but is still on its way, is told twice and has its effect once.
 */
export function resume(database: DataSource, { since, feedSince, dryRun }: ResumeRequest): Promise<Resumed> {
  return database.transaction(async (manager) => {
    const resumed: Partial<Record<EventType, number>> = {};
    await rememberWaiting(manager);
    for await (const steps of stepsSince(manager, since)) {
      const lost = await lostOf(manager, steps, feedSince);
      if (!dryRun) await insertEvents(manager, lost);
      for (const { type } of lost) resumed[type] = (resumed[type] ?? 0) + 1;
    }
    return resumed;
  });
}

/** What waits in the outbox beforehand: it may be a great many that another resume has put there. */
async function rememberWaiting(manager: EntityManager): Promise<void> {
  await manager.query('CREATE TEMPORARY TABLE waiting ON COMMIT DROP AS SELECT DISTINCT id FROM outbox');
  await manager.query('ALTER TABLE waiting ADD PRIMARY KEY (id)');
}

/** A row of steps.ts. */
interface StepRow {
  readonly type: EventType;
  readonly at: Date;
  readonly source: string;
  readonly document_id: string;
  readonly delivery_id: string | null;
  readonly more: object;
  readonly unfinished: boolean;
}

async function* stepsSince(manager: EntityManager, since: Date): AsyncGenerator<Step[]> {
  const selects = Object.entries(STEPS).map(
    ([type, select]) =>
      `SELECT '${type}' AS type, step.* FROM (${select}) AS step (at, source, document_id, delivery_id, more, unfinished)`,
  );
  await manager.query(
    `DECLARE steps NO SCROLL CURSOR FOR
     SELECT * FROM (${selects.join('\n UNION ALL ')}) AS step
     WHERE at >= $1 OR unfinished ORDER BY at`,
    [since],
  );
  for (;;) {
    const rows = await manager.query<StepRow[]>(`FETCH ${BATCH} FROM steps`);
    // Ids are in the order of events, those of one moment too.
    if (rows.length > 0) yield rows.map(stepOf).sort((one, other) => (one.id < other.id ? -1 : 1));
    if (rows.length < BATCH) return;
  }
}

function stepOf({ type, at, source, document_id, delivery_id, more, unfinished }: StepRow): Step {
  const data = { documentId: document_id, ...(delivery_id !== null && { deliveryId: delivery_id }), ...more };
  const event = { type, data } as AxisEvent;
  return { ...event, id: eventId(event, at), at, source, subject: delivery_id ?? document_id, unfinished };
}

/** Those of some steps whose events have not had all their effects, and do not wait in the outbox. */
async function lostOf(manager: EntityManager, steps: readonly Step[], feedSince: Date): Promise<Step[]> {
  const known = await manager.query<{ id: string; waits: boolean; proven: boolean; told: boolean }[]>(
    `SELECT step.id,
       EXISTS (SELECT FROM waiting WHERE waiting.id = step.id) AS waits,
       EXISTS (SELECT FROM receipts AS r WHERE r.document_id = step.document_id AND r.id = step.id) AS proven,
       -- Nothing is recorded before it happened, however clocks differ: no older month is looked into.
       EXISTS (SELECT FROM feed AS f WHERE f.id = step.id AND f.recorded_at >= step.at - interval '1 day') AS told
     FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS step (id, document_id, at)`,
    [steps.map(({ id }) => id), steps.map(({ data }) => data.documentId), steps.map(({ at }) => at)],
  );
  const traces = new Map(known.map(({ id, ...trace }) => [id, trace]));
  return steps.filter((step) => {
    const trace = traces.get(step.id);
    if (!trace || trace.waits) return false;
    const unproven = evidenceKindOf(step) !== undefined && !trace.proven;
    const untold = audienceOf(step.type).length > 0 && step.at >= feedSince && !trace.told;
    return step.unfinished || unproven || untold;
  });
}
