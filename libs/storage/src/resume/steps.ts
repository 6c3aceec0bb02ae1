import type { EventType } from '@axis/edoc';

/**
 * Where the tables say that each event happened: for each, a SELECT of rows `(at, source, document_id, delivery_id, more,
 * unfinished)`. `at` is the time that the event's id is made of, null where it did not happen; `more` what its data holds
 * beside the ids; `unfinished`, that the step which follows upon it has not been taken.
 */
export const STEPS: Readonly<Record<EventType, string>> = {
  'document.submitted': documents({ at: 'd.submitted_at', source: 'gateway', unfinished: `d.state = 'submitted'` }),
  'document.verified': documents({
    at: 'CASE WHEN d.rejection IS NULL THEN d.verified_at END',
    source: 'signer',
    unfinished: `d.state = 'verified'`,
  }),
  'document.rejected': documents({
    at: 'CASE WHEN d.rejection IS NOT NULL THEN d.verified_at END',
    source: 'signer',
    more: `jsonb_build_object('code', d.rejection ->> 'code')`,
  }),
  'document.withdrawn': documents({ at: 'd.withdrawn_at', source: 'gateway' }),
  'document.expired': documents({ at: 'd.expired_at', source: 'router' }),

  // One event for all that was routed at a time.
  'delivery.routed': `
    SELECT routed_at, 'router', document_id, NULL::uuid, '{}'::jsonb, true
    FROM deliveries WHERE state = 'routed' GROUP BY document_id, routed_at`,
  'delivery.forwarded': deliveries({
    at: 'CASE WHEN d.forwarded_from IS NOT NULL THEN d.routed_at END',
    source: 'gateway',
  }),
  'delivery.available': deliveries({ at: 'd.available_at', source: 'courier' }),
  'delivery.handed_over': deliveries({ at: 'd.handed_over_at', source: 'gateway' }),
  'delivery.failed': deliveries({
    at: 'd.failed_at',
    source: 'courier',
    more: `jsonb_build_object('code', d.problem ->> 'code')`,
  }),

  // Of what was withdrawn before anybody read it, the sender hears that alone, and not the 13 by which it asked for that.
  'delivery.status': `
    SELECT s.received_at, 'gateway', s.document_id, s.delivery_id,
           jsonb_build_object('statusId', s.id, 'code', s.code), false
    FROM delivery_statuses AS s JOIN deliveries AS d ON d.document_id = s.document_id AND d.id = s.delivery_id
    WHERE s.effect <> 'repeated' AND NOT (s.code = '13' AND d.state = 'withdrawn')`,

  // These states are the last, so what was changed last is when they were reached.
  'delivery.recalled': deliveries({ at: `CASE WHEN d.recall = 'cancelled' THEN d.updated_at END`, source: 'gateway' }),
  'delivery.removed': deliveries({ at: `CASE WHEN d.state = 'removed' THEN d.updated_at END`, source: 'gateway' }),
  // Whatever was recalled has a 13; for the rest, what took its place says how.
  'delivery.withdrawn': `
    SELECT d.updated_at, CASE WHEN later.id IS NULL THEN 'gateway' ELSE 'router' END, d.document_id, d.id,
           jsonb_build_object('cause', coalesce(later.business ->> 'type', CASE WHEN EXISTS (
             SELECT FROM delivery_statuses AS s
             WHERE s.document_id = d.document_id AND s.delivery_id = d.id AND s.code = '13'
           ) THEN 'recall' ELSE 'removal' END)), false
    FROM deliveries AS d LEFT JOIN documents AS later ON later.id = d.superseded_by WHERE d.state = 'withdrawn'`,
  'delivery.superseded': `
    SELECT later.routed_at, 'router', d.document_id, d.id,
           jsonb_build_object('by', later.id, 'how', later.business ->> 'type'), false
    FROM deliveries AS d JOIN documents AS later ON later.id = d.superseded_by WHERE d.state <> 'withdrawn'`,

  'delivery.overdue': `
    SELECT late.at, 'registrar', d.document_id, d.id, jsonb_build_object('step', late.step), false
    FROM deliveries AS d CROSS JOIN LATERAL (VALUES
      ('acknowledge', d.acknowledge_overdue_at), ('process', d.process_overdue_at)
    ) AS late (step, at)`,
};

interface Step {
  readonly at: string;
  readonly source: string;
  readonly more?: string;
  readonly unfinished?: string;
}

function documents({ at, source, more = `'{}'::jsonb`, unfinished = 'false' }: Step): string {
  return `SELECT ${at}, '${source}', d.id, NULL::uuid, ${more}, ${unfinished} FROM documents AS d`;
}

function deliveries({ at, source, more = `'{}'::jsonb` }: Step): string {
  return `SELECT ${at}, '${source}', d.document_id, d.id, ${more}, false FROM deliveries AS d`;
}
