import { type AgencyId, refusal } from '@axis/edoc';
import type { Caller } from '@axis/storage';

/**
 * The agencies a request is about: the one it names, or all of the caller's.
 * @throws Refusal `agency.not_yours` when it names another's.
 */
export function actingFor(caller: Caller, code: string | undefined): AgencyId[] {
  if (code === undefined) return caller.agencies.map((agency) => agency.id);
  const agency = caller.agencies.find((own) => own.code === code);
  if (!agency) throw refusal('agency.not_yours', { agency: code });
  return [agency.id];
}
