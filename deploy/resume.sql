-- Tells again what may have been lost with the broker's queues, or with a database that was restored from a backup: every step
-- whose next one is missing, and every step since :since that has no receipt or is in nobody's feed. Run it while the services are stopped:
--
--   docker compose exec -T postgres psql -v ON_ERROR_STOP=1 -v since='2026-11-20 08:00+07' -U axis axis < resume.sql
--
-- Each event keeps the id of the receipt it led to before, or that it has in the feed, or gets one made of its own time and words: to run this again
-- makes no second receipt. Services take an event for what has already happened as told, and do nothing.
BEGIN;

-- What a receipt says: the payload of its JWS (RFC 7515 §3.1), base64url without padding.
CREATE OR REPLACE FUNCTION pg_temp.evidence(jws text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT convert_from(decode(rpad(payload, (length(payload) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb
  FROM (SELECT translate(split_part(jws, '.', 2), '-_', '+/')) AS signed (payload)
$$;

WITH told AS MATERIALIZED (
  SELECT min(id::text)::uuid AS id, type, coalesce(delivery_id, document_id) AS subject,
         data -> 'status' ->> 'id' AS status, data ->> 'step' AS step
  FROM feed WHERE recorded_at >= :'since' GROUP BY 2, 3, 4, 5
),
step (at, type, source, subject, data, receipt, unfinished) AS (
  SELECT submitted_at, 'document.submitted', 'gateway', id, jsonb_build_object('documentId', id), NULL::uuid, true
  FROM documents WHERE state = 'submitted'

  UNION ALL
  SELECT verified_at, 'document.verified', 'signer', id, jsonb_build_object('documentId', id),
         (SELECT min(r.id::text)::uuid FROM receipts r WHERE r.document_id = d.id AND r.kind = 'SubmissionAcceptance'),
         state = 'verified'
  FROM documents d WHERE state IN ('verified', 'routed')

  UNION ALL
  SELECT verified_at, 'document.rejected', 'signer', id,
         jsonb_build_object('documentId', id, 'code', rejection ->> 'code'),
         (SELECT min(r.id::text)::uuid FROM receipts r WHERE r.document_id = d.id AND r.kind = 'SubmissionRejection'),
         false
  FROM documents d WHERE state = 'rejected'

  UNION ALL
  SELECT min(routed_at), 'delivery.routed', 'router', document_id, jsonb_build_object('documentId', document_id),
         NULL, true
  FROM deliveries WHERE state = 'routed' GROUP BY document_id

  UNION ALL
  SELECT happened.at, 'delivery.' || happened.type, happened.source, d.id,
         jsonb_build_object('documentId', document_id, 'deliveryId', d.id) || happened.more,
         (SELECT min(r.id::text)::uuid FROM receipts r
          WHERE r.document_id = d.document_id AND r.delivery_id = d.id AND r.kind = happened.kind),
         false
  FROM deliveries d
  CROSS JOIN LATERAL (VALUES
    ('available', available_at, 'courier', 'ContentConsignment', '{}'::jsonb),
    ('handed_over', handed_over_at, 'gateway', 'ContentHandover', '{}'::jsonb),
    ('failed', CASE WHEN state = 'failed' THEN updated_at END, 'courier', 'ContentConsignmentFailure',
      jsonb_build_object('code', problem ->> 'code'))
  ) AS happened (type, at, source, kind, more)
  WHERE happened.at IS NOT NULL

  UNION ALL
  SELECT late.at, 'delivery.overdue', 'registrar', d.id,
         jsonb_build_object('documentId', document_id, 'deliveryId', d.id, 'step', late.step),
         (SELECT min(r.id::text)::uuid FROM receipts r
          WHERE r.document_id = d.document_id AND r.delivery_id = d.id AND r.kind = 'Overdue'
            AND pg_temp.evidence(r.jws) -> 'overdue' ->> 'step' = late.step),
         false
  FROM deliveries d
  CROSS JOIN LATERAL (VALUES ('acknowledge', acknowledge_overdue_at), ('process', process_overdue_at)) AS late (step, at)
  WHERE late.at IS NOT NULL

  UNION ALL
  SELECT expired_at, 'document.expired', 'router', id, jsonb_build_object('documentId', id),
         (SELECT min(r.id::text)::uuid FROM receipts r WHERE r.document_id = d.id AND r.kind = 'ContentExpiry'),
         false
  FROM documents d WHERE expired_at IS NOT NULL

  UNION ALL
  SELECT received_at, 'delivery.status', 'gateway', delivery_id,
         jsonb_build_object('documentId', document_id, 'deliveryId', delivery_id, 'statusId', s.id, 'code', code),
         (SELECT min(r.id::text)::uuid
          FROM receipts r CROSS JOIN LATERAL pg_temp.evidence(r.jws) AS evidence (json)
          WHERE r.document_id = s.document_id AND r.delivery_id = s.delivery_id
            AND json -> 'status' ->> 'code' = s.code
            AND (json -> 'status' ->> 'occurredAt')::timestamptz = s.occurred_at),
         false
  FROM delivery_statuses s WHERE effect <> 'repeated' AND received_at >= :'since'
)
INSERT INTO outbox (id, type, source, subject, data, created_at)
SELECT coalesce(
         receipt,
         told.id,
         -- UUIDv7 (RFC 9562 §5.7): the time in milliseconds, then what is always the same for this event.
         (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
           || '7' || substr(md5(step.type || data), 1, 3) || '8' || substr(md5(step.type || data), 4, 15))::uuid
       ),
       step.type, source, step.subject, data, at
FROM step
LEFT JOIN told ON told.type = step.type AND told.subject = step.subject
  AND told.status IS NOT DISTINCT FROM data ->> 'statusId' AND told.step IS NOT DISTINCT FROM data ->> 'step'
WHERE (unfinished OR (at >= :'since' AND (receipt IS NULL OR told.id IS NULL)))
  AND NOT EXISTS (SELECT FROM outbox waiting WHERE waiting.type = step.type AND waiting.data = step.data)
ORDER BY at;

COMMIT;
