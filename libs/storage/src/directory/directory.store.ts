import { Injectable } from '@nestjs/common';
import type { AgencyCode, AgencyId, Succession } from '@axis/edoc';
import { DataSource, In } from 'typeorm';
import { AgencySignerEntity, type SignerRole } from './agency-signer.entity';
import { AgencyEntity } from './agency.entity';
import { type DirectoryImport, importDirectory } from './import';
import { readDirectoryFile } from './read-file';
import { type DirectoryAgency, resolveAgencies } from './resolve';

/** Who gets what is addressed to a code. */
export type Resolved = Succession<DirectoryAgency>;

export interface AgencyName {
  readonly code: AgencyCode;
  readonly name: string;
}

/** The agencies, by each of their codes. Always read from the database: a change counts at once, everywhere. */
@Injectable()
export class Directory {
  constructor(private readonly database: DataSource) {}

  /** Successors followed; every asked code is a key of the answer. */
  async resolve(codes: readonly AgencyCode[]): Promise<ReadonlyMap<AgencyCode, Resolved>> {
    return codes.length === 0 ? new Map() : resolveAgencies(this.database.manager, [...new Set(codes)]);
  }

  /** Ids that are not there are left out. */
  async names(ids: readonly AgencyId[]): Promise<ReadonlyMap<AgencyId, AgencyName>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.manager.query<({ id: AgencyId } & AgencyName)[]>(
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
    await this.database.manager.upsert(AgencySignerEntity, { agencyId, subject, role }, ['agencyId', 'subject']);
  }

  /** Who signs for each of these agencies, and as whom, by certificate subject. */
  async signersOf(ids: readonly AgencyId[]): Promise<ReadonlyMap<AgencyId, ReadonlyMap<string, SignerRole>>> {
    const signers = new Map(ids.map((id) => [id, new Map<string, SignerRole>()]));
    if (ids.length === 0) return signers;
    const rows = await this.database.manager.findBy(AgencySignerEntity, { agencyId: In([...signers.keys()]) });
    for (const { agencyId, subject, role } of rows) signers.get(agencyId as AgencyId)?.set(subject, role);
    return signers;
  }

  isEmpty(): Promise<boolean> {
    return this.database.manager.exists(AgencyEntity).then((some) => !some);
  }

  /** Brings in a directory file, `.csv` or `.json`. */
  importFile(path: string): Promise<DirectoryImport> {
    return importDirectory(this.database, readDirectoryFile(path));
  }
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
