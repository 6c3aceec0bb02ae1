import type { AgencyCode } from './agency-code';

/** What succession needs to know of an agency in the directory. */
export interface AgencyEntry {
  readonly code: AgencyCode;
  readonly status: 'active' | 'closed';
  /** Who took over a closed agency's work; a closed agency may have none. */
  readonly successorCode?: AgencyCode | undefined;
}

/**
 * Who gets a document addressed to a code. `via` and `chain` are the codes walked through, in order, the asked one first
 * and the found one not included: a receipt shows them.
 */
export type Succession<Agency extends AgencyEntry> =
  | { readonly kind: 'found'; readonly agency: Agency; readonly via: readonly AgencyCode[] }
  | { readonly kind: 'unknown'; readonly code: AgencyCode; readonly via: readonly AgencyCode[] }
  | { readonly kind: 'closed'; readonly agency: Agency; readonly via: readonly AgencyCode[] }
  | { readonly kind: 'cycle'; readonly chain: readonly AgencyCode[] };

/**
 * Follows the successors of closed agencies until an active one. `lookup` may know an agency by its old and its new code.
 * `via` is empty when the asked agency is active itself.
 */
export function resolveSuccession<Agency extends AgencyEntry>(
  asked: AgencyCode,
  lookup: (code: AgencyCode) => Agency | undefined,
): Succession<Agency> {
  const via: AgencyCode[] = [];
  for (let code = asked; ;) {
    const agency = lookup(code);
    if (!agency) return { kind: 'unknown', code, via };
    if (agency.status === 'active') return { kind: 'found', agency, via };
    // By the agency's own code: a chain may name it once by its old code and once by its new one.
    if (via.includes(agency.code)) return { kind: 'cycle', chain: via };
    if (!agency.successorCode) return { kind: 'closed', agency, via };
    via.push(agency.code);
    code = agency.successorCode;
  }
}
