import { Injectable } from '@nestjs/common';
import { type AgencyCode, type DocumentId, formatReference, parseDocumentId, parseReference } from '@axis/edoc';
import { DataSource, type EntityManager, In } from 'typeorm';
import { DocumentEntity } from './document.entity';

/**
 * What an id that a sender made up is taken under. A UUID is one of its own kind; of anything else there may be another at the
 * next agency, and nobody may take a name under which others would look for somebody else's document.
 */
export function ownNameOf(code: AgencyCode, id: string): string {
  const parsed = parseReference(id);
  return parsed.kind === 'uuid' ? parsed.uuid : `${code}:${id}`;
}

/** The years in which a name that is no reference may have been taken. */
const YEARS = 11;

/** Nothing is taken under a longer one: an agency's code and 300 characters of its own. */
const LONGEST = 400;

/** Finds documents by whatever names messages give them. */
@Injectable()
export class DocumentNames {
  constructor(private readonly database: DataSource) {}

  /**
   * The documents known by these names: by a document's id at the axis, by its reference, under any of its agency's codes, or by its
   * sender's own id of it, which needs the sender's code before it (`G22:…`) unless it is a UUID or begins with that code itself.
   * Where a name begins with an agency, that agency's own document is meant first. Names that lead to none are left out.
   */
  async find(
    names: readonly string[],
    now: Date,
    manager: EntityManager = this.database.manager,
  ): Promise<ReadonlyMap<string, DocumentEntity>> {
    const sought = names.filter((name) => name.length <= LONGEST);
    if (sought.length === 0) return new Map();
    const codesOf = await this.codesOf(manager, sought);
    const candidates = new Map(sought.map((name) => [name, candidatesFor(name, codesOf)]));
    const taken = await this.taken(manager, [...new Set([...candidates.values()].flat())], now);
    const idsOf = new Map(
      [...candidates].map(([name, tried]) => [name, [parseDocumentId(name) ?? [], tried.flatMap(taken)].flat()]),
    );
    const documents = await manager.findBy(DocumentEntity, { id: In([...new Set([...idsOf.values()].flat())]) });
    const byId = new Map(documents.map((document) => [document.id, document]));
    return new Map(
      [...idsOf].flatMap(([name, ids]) => {
        const known = ids.flatMap((id) => byId.get(id) ?? []);
        const codes = codesOf.get(agenciesIn(name)[0] ?? '') ?? [];
        const document = known.find(({ fromCode }) => codes.includes(fromCode as AgencyCode)) ?? known[0];
        return document ? [[name, document] as const] : [];
      }),
    );
  }

  /**
   * The documents that took a name, the likeliest first. Of one agency's own names it is the newest. A UUID may have been taken again by
   * who read it in a document of somebody else's: the first that took it came by it itself.
   */
  private async taken(manager: EntityManager, names: readonly string[], now: Date) {
    const rows = await manager.query<{ reference: string; ids: DocumentId[] }[]>(
      `SELECT reference, array_agg(document_id ORDER BY document_id) AS ids FROM document_references
       WHERE reference = ANY($1::text[]) AND year = ANY($2::int[]) GROUP BY reference`,
      [names, [...new Set(names.flatMap((name) => yearsOf(name, now)))]],
    );
    const idsOf = new Map(rows.map(({ reference, ids }) => [reference, ids]));
    return (name: string): DocumentId[] => {
      const ids = idsOf.get(name) ?? [];
      return parseReference(name).kind === 'uuid' ? ids : [...ids].reverse();
    };
  }

  /** All codes, past ones too, of each agency that a name begins with. */
  private async codesOf(manager: EntityManager, names: readonly string[]): Promise<ReadonlyMap<string, AgencyCode[]>> {
    const asked = [...new Set(names.flatMap(agenciesIn))];
    if (asked.length === 0) return new Map();
    const rows = await manager.query<{ asked: string; codes: AgencyCode[] }[]>(
      `SELECT c.code AS asked, array_agg(other.code) AS codes
       FROM agency_codes AS c JOIN agency_codes AS other ON other.agency_id = c.agency_id
       WHERE c.code = ANY($1::text[]) GROUP BY c.code`,
      [asked],
    );
    return new Map(rows.map(({ asked: code, codes }) => [code, codes]));
  }
}

/** `OrganId:` before a sender's own id. */
const QUALIFIED = /^\s*([^,:\s]+):\s*(.+)$/s;

/** The id in `OrganId:id`; a name without is the id itself. */
export const unqualified = (name: string): string => QUALIFIED.exec(name)?.[2] ?? name;

/** The codes a name begins with: of `OrganId,yyyy/MM/dd,Number/Notation`, and of `OrganId:` before that or another id. */
function agenciesIn(name: string): string[] {
  const [, agency, id] = QUALIFIED.exec(name) ?? [];
  if (agency !== undefined && id !== undefined) return [agency, ...agenciesIn(id)];
  const [, organId] = /^\s*([^,\s]+)\s*,/.exec(name) ?? [];
  return organId === undefined ? [] : [organId];
}

/** What it may have been taken under, the likeliest first. */
function candidatesFor(name: string, codesOf: ReadonlyMap<string, AgencyCode[]>): string[] {
  const [, agency, id] = QUALIFIED.exec(name) ?? [];
  if (agency !== undefined && id !== undefined) {
    const own = (codesOf.get(agency) ?? []).map((code) => ownNameOf(code, id));
    return [...own, ...candidatesFor(id, codesOf)];
  }
  const parsed = parseReference(name);
  if (parsed.kind === 'uuid') return [parsed.uuid];
  const codes = agenciesIn(name).flatMap((organId) => codesOf.get(organId) ?? []);
  const own = codes.map((code) => ownNameOf(code, name));
  if (parsed.kind !== 'reference') return own;
  const { reference } = parsed;
  return [...[reference.organId, ...codes].map((organId) => formatReference({ ...reference, organId })), ...own];
}

/** A reference tells its year, unless it is a sender's own. */
function yearsOf(name: string, now: Date): number[] {
  const parsed = parseReference(name);
  const year = now.getUTCFullYear();
  const near = Array.from({ length: YEARS }, (_, before) => year + 1 - before);
  return parsed.kind === 'reference' ? [Number(parsed.reference.date.slice(0, 4)), ...near] : near;
}
