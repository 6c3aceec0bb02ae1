import { type OverdueStep, STATES_OWING } from '@axis/edoc';

const states = (step: OverdueStep): string => STATES_OWING[step].map((state) => `'${state}'`).join(', ');

const owes = (step: OverdueStep): string => `state IN (${states(step)}) AND superseded_by IS NULL`;

/** Deliveries whose time limit may still pass unnoticed, as their partial indexes have it. */
export const WATCHED: Readonly<Record<OverdueStep, string>> = {
  acknowledge: `acknowledge_overdue_at IS NULL AND ${owes('acknowledge')}`,
  process: `process_by IS NOT NULL AND process_overdue_at IS NULL AND ${owes('process')}`,
};

/** Deliveries that still owe a step whose time limit has passed. */
export const OVERDUE: Readonly<Record<OverdueStep, string>> = {
  acknowledge: `(acknowledge_overdue_at IS NOT NULL AND ${owes('acknowledge')})`,
  process: `(process_overdue_at IS NOT NULL AND ${owes('process')})`,
};

export const OVERDUE_ANY = `(${OVERDUE.acknowledge} OR ${OVERDUE.process})`;
