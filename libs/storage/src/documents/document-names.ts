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

/** Finds documents by whatever names messages give them. */
@Injectable()
export class DocumentNames {
  constructor(private readonly database: DataSource) {}

  /**
   * The documents known by these names: by a document's id at the axis, by its reference, under any of its agency's codes, or by its
   * sender's own id of it, which needs the sender's code before it (`G22:…`) unless it is a UUID or begins with that code itself.
   * Names that lead to none are left out.
   */
  async find(
    names: readonly string[],
    now: Date,
    manager: EntityManager = this.database.manager,
  ): Promise<ReadonlyMap<string, DocumentEntity>> {
    if (names.length === 0) return new Map();
    const codesOf = await this.codesOf(manager, names);
    const candidates = new Map(names.map((name) => [name, candidatesFor(name, codesOf)]));
    const wanted = [...new Set([...candidates.values()].flat())];
    const taken = await manager.query<{ reference: string; document_id: DocumentId }[]>(
      `SELECT reference, document_id FROM document_references WHERE reference = ANY($1::text[]) AND year = ANY($2::int[])`,
      [wanted, [...new Set(wanted.flatMap((name) => yearsOf(name, now)))]],
    );
    const idOf = new Map(taken.map(({ reference, document_id }) => [reference, document_id]));
    const found = [...candidates].flatMap(([name, tried]) => {
      const [id] = [parseDocumentId(name), ...tried.map((one) => idOf.get(one))].filter((one) => one !== undefined);
      return id === undefined ? [] : [[name, id] as const];
    });
    const documents = await manager.findBy(DocumentEntity, { id: In(found.map(([, id]) => id)) });
    const byId = new Map(documents.map((document) => [document.id, document]));
    return new Map(
      found.flatMap(([name, id]) => {
        const document = byId.get(id);
        return document ? [[name, document] as const] : [];
      }),
    );
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
