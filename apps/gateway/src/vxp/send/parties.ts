import { Injectable } from '@nestjs/common';
import { type AgencyCode, type AgencyId, parseAgencyCode, refusal } from '@axis/edoc';
import { type Caller, Directory, type Resolved } from '@axis/storage';
import type { SignedHeaders } from '../signature/signed-headers';

export interface Sender {
  /** The caller, acting for the sending agency alone. */
  readonly caller: Caller;
  readonly id: AgencyId;
  readonly code: AgencyCode;
}

/** Who sends, and to whom, where the signed headers and the message each say it. */
@Injectable()
export class Parties {
  constructor(private readonly directory: Directory) {}

  /**
   * The message says who sends; the header, which is signed, must mean the same agency, and it must be one of the caller's.
   * @throws Refusal `sender.unknown`, `sender.closed`, `sender.not_yours`, `sender.differs`
   */
  async sender(from: AgencyCode, headers: SignedHeaders, caller: Caller): Promise<Sender> {
    const stated = headers.require('from');
    const header = parseAgencyCode(stated);
    if (!header) throw refusal('sender.unknown', { agency: stated });
    const resolved = await this.directory.resolve([from, header]);
    const sender = senderOf(from, resolved.get(from));
    if (senderOf(header, resolved.get(header)).id !== sender.id) {
      throw refusal('sender.differs', { header: stated, message: from });
    }
    const agency = caller.agencies.find(({ id }) => id === sender.id);
    if (!agency) throw refusal('sender.not_yours', { agency: from });
    return { ...sender, caller: { ...caller, agencies: [agency] } };
  }

  /** Whether the header `to` names the same agencies as the message, which is what counts. */
  async sameReceivers(to: readonly AgencyCode[], header: string | undefined): Promise<boolean> {
    if (header === undefined) return true;
    const named = codesIn(header);
    const resolved = await this.directory.resolve([...to, ...named]);
    const idsOf = (codes: readonly AgencyCode[]) => new Set(codes.map((code) => idOf(resolved.get(code)) ?? code));
    const [ours, theirs] = [idsOf(to), idsOf(named)];
    return ours.size === theirs.size && [...ours].every((id) => theirs.has(id));
  }

  /** The agencies these codes lead to today, successors followed; a code that leads nowhere is left out. */
  async agencies(codes: readonly AgencyCode[]): Promise<AgencyId[]> {
    const resolved = await this.directory.resolve(codes);
    return [...new Set([...resolved.values()].flatMap((found) => idOf(found) ?? []))];
  }

  /** Codes that the directory does not know. */
  async unknown(codes: readonly AgencyCode[]): Promise<AgencyCode[]> {
    const resolved = await this.directory.resolve(codes);
    return codes.filter((code) => resolved.get(code)?.kind === 'unknown');
  }
}

/** A JSON array of codes; one code alone is understood too. */
export function codesIn(header: string): AgencyCode[] {
  let texts: unknown = header;
  try {
    texts = JSON.parse(header);
  } catch {
    // One code, as it is.
  }
  return [texts].flat().flatMap((text) => (typeof text === 'string' ? (parseAgencyCode(text) ?? []) : []));
}

function senderOf(code: AgencyCode, found: Resolved | undefined): { readonly id: AgencyId; readonly code: AgencyCode } {
  if (!found || found.kind === 'unknown') throw refusal('sender.unknown', { agency: code });
  // A closed agency says nothing any more, whoever succeeded it.
  if (found.kind !== 'found' || found.via.length > 0) throw refusal('sender.closed', { agency: code });
  return { id: found.agency.id, code: found.agency.code };
}

const idOf = (found: Resolved | undefined): AgencyId | undefined =>
  found?.kind === 'found' ? found.agency.id : undefined;
