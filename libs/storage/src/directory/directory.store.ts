import { Injectable } from '@nestjs/common';
import { type AgencyCode, type AgencyId, type DirectoryEntry, refusal, type Succession } from '@axis/edoc';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { Caller } from '../systems/system.store';
import { AgencySignerEntity, type SignerRole } from './agency-signer.entity';
import { AgencyEntity } from './agency.entity';
import { agenciesBelow } from './below';
import { type AgencyDetails, agencyDetails, type AgencyName } from './details';
import { readEntries } from './entries';
import { type DirectoryImport, importDirectory } from './import';
import { readDirectoryFile } from './read-file';
import { type NewAgency, registerAgency, type Registration } from './register';
import { removeAgency } from './remove';
import { type DirectoryAgency, resolveAgencies } from './resolve';
import { writeDirectoryFile } from './write-file';

/** Who gets what is addressed to a code. */
export type Resolved = Succession<DirectoryAgency>;

/** What has changed since a version. */
export interface DirectoryChanges {
  /** Each agency once, as it is now, in the order of the versions. A closed one stands for what was removed. */
  readonly entries: readonly DirectoryEntry[];
  /** The version to ask from next time. */
  readonly next: number;
  /** More has changed than these. */
  readonly more: boolean;
}

/** Entries read at a time when the whole directory is. */
const PAGE = 1000;

/**
 * The agencies, by each of their codes. Always read from the database: a change counts at once, everywhere. Within a transaction, by its
 * manager: one that waited for a second connection could wait for those that wait for it.
 */
@Injectable()
export class Directory {
  constructor(private readonly database: DataSource) {}

  /** Successors followed; every asked code is a key of the answer. */
  async resolve(
    codes: readonly AgencyCode[],
    manager: EntityManager = this.database.manager,
  ): Promise<ReadonlyMap<AgencyCode, Resolved>> {
    return codes.length === 0 ? new Map() : resolveAgencies(manager, [...new Set(codes)]);
  }

  /** Ids that are not there are left out. */
  async names(
    ids: readonly AgencyId[],
    manager: EntityManager = this.database.manager,
  ): Promise<ReadonlyMap<AgencyId, AgencyName>> {
    if (ids.length === 0) return new Map();
    const rows = await manager.query<({ id: AgencyId } & AgencyName)[]>(
      'SELECT id, code, name FROM agencies WHERE id = ANY($1::uuid[])',
      [[...new Set(ids)]],
    );
    return new Map(rows.map(({ id, code, name }) => [id, { code, name }]));
  }

  /** Agencies in the order of their codes, after `after`; those whose code or name holds `search`, when given. */
  async list(search: string | undefined, after: string | undefined, limit: number): Promise<AgencyEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(AgencyEntity, 'agency')
      .where(`agency.code NOT LIKE 'W00%'`)
      .orderBy('agency.code', 'ASC')
      .limit(limit);
    if (search !== undefined) {
      query.andWhere('(agency.code ILIKE :text OR agency.name ILIKE :text)', { text: `%${escapeLike(search)}%` });
    }
    if (after !== undefined) query.andWhere('agency.code > :after', { after });
    return query.getMany();
  }

  /** Binds a certificate's subject (RFC 4514) to an agency; again with another role, changes it. */
  async registerSigner(agencyId: AgencyId, subject: string, role: SignerRole): Promise<void> {
    // Not written again when it is so already: each writing makes a new version of the agency.
    await this.database.query(
      `INSERT INTO agency_signers AS known (agency_id, subject, role) VALUES ($1, $2, $3)
       ON CONFLICT (agency_id, subject) DO UPDATE SET role = excluded.role WHERE known.role <> excluded.role`,
      [agencyId, subject, role],
    );
  }

  /** Who signs for each of these agencies, and as whom, by certificate subject. */
  async signersOf(ids: readonly AgencyId[]): Promise<ReadonlyMap<AgencyId, ReadonlyMap<string, SignerRole>>> {
    const signers = new Map(ids.map((id) => [id, new Map<string, SignerRole>()]));
    if (ids.length === 0) return signers;
    const rows = await this.database.manager.findBy(AgencySignerEntity, { agencyId: In([...signers.keys()]) });
    for (const { agencyId, subject, role } of rows) signers.get(agencyId as AgencyId)?.set(subject, role);
    return signers;
  }

  /** Those of `ids` that lie below any of `above`, at any depth. */
  below(above: readonly AgencyId[], ids: readonly AgencyId[]): Promise<ReadonlySet<AgencyId>> {
    return agenciesBelow(this.database.manager, above, ids);
  }

  /** The version that the last change made. */
  async version(): Promise<number> {
    const [row] = await this.database.manager.query<{ version: string | null }[]>(
      'SELECT max(version) AS version FROM agencies',
    );
    return Number(row?.version ?? 0);
  }

  /**
   * What has changed since a version; since 0, everything. Changes are numbered in the order of their commits, so who asks
   * each time from `next` misses none.
   * @throws Refusal `directory.version_ahead` of a version that is yet to come: it was told by another directory
   */
  async listSince(since: number, limit: number): Promise<DirectoryChanges> {
    const rows = await readEntries(this.database.manager, { by: 'version', after: since }, limit + 1);
    if (rows.length === 0) {
      const current = await this.version();
      if (since > current) throw refusal('directory.version_ahead', { since, current });
    }
    const entries = rows.slice(0, limit);
    return { entries, next: entries.at(-1)?.version ?? since, more: rows.length > limit };
  }

  /**
   * Every agency once, closed ones too, in the order they came into the directory; read in pages, so that it takes no more
   * memory the more there are. What changes meanwhile may be told as it was before: ask for changes since the version
   * that was current at the beginning.
   */
  async *entries(): AsyncGenerator<DirectoryEntry> {
    for (let after = 0; ;) {
      const page = await readEntries(this.database.manager, { by: 'serial', after }, PAGE);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.id;
    }
  }

  /** An agency with all that is bound to it, by any of its codes. */
  details(code: AgencyCode): Promise<AgencyDetails | undefined> {
    return agencyDetails(this.database.manager, code);
  }

  /** Takes an agency into the directory, below one of the caller's; see `registerAgency` for what is refused. */
  register(caller: Caller, agency: NewAgency): Promise<Registration> {
    return registerAgency(this.database, caller, agency);
  }

  /** Closes an agency below one of the caller's; see `removeAgency` for what is refused. */
  remove(caller: Caller, code: AgencyCode, successor?: AgencyCode): Promise<DirectoryEntry> {
    return removeAgency(this.database, caller, code, successor);
  }

  isEmpty(): Promise<boolean> {
    return this.database.manager.exists(AgencyEntity).then((some) => !some);
  }

  /** Brings in a directory file, `.csv` or `.json`. */
  importFile(path: string): Promise<DirectoryImport> {
    return importDirectory(this.database, readDirectoryFile(path));
  }

  /** Writes the whole directory into a file that can be imported again, `.csv`, `.json` or `.ndjson`. */
  exportFile(path: string): Promise<void> {
    return writeDirectoryFile(path, this.entries());
  }
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
