import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AgencyCode, AgencyId } from '@axis/edoc';
import { DataSource, LessThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccessTokenEntity, SystemAgencyEntity, SystemEntity } from './system.entity';

/** A signed-in system and the agencies it may act for. */
export interface Caller {
  readonly systemId: string;
  readonly name: string;
  readonly agencies: readonly { readonly id: AgencyId; readonly code: AgencyCode }[];
}

export interface NewSystem {
  readonly clientId: string;
  readonly name: string;
  readonly agencyIds: readonly AgencyId[];
}

@Injectable()
export class SystemStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Joins a system, or gives a known one another secret and these agencies.
   * @returns its new secret, which is told once and never stored.
   */
  async register({ clientId, name, agencyIds }: NewSystem): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    await this.database.transaction(async (manager) => {
      const known = await manager.findOneBy(SystemEntity, { clientId });
      const system = { id: known?.id ?? uuidv7(), clientId, name, secretSha256: sha256(secret), active: true };
      await manager.save(SystemEntity, system);
      await manager.delete(SystemAgencyEntity, { systemId: system.id });
      await manager.delete(AccessTokenEntity, { systemId: system.id });
      await manager.insert(
        SystemAgencyEntity,
        agencyIds.map((agencyId) => ({ systemId: system.id, agencyId })),
      );
    });
    return secret;
  }

  /** The active system with this id and secret. */
  async authenticate(clientId: string, secret: string): Promise<SystemEntity | undefined> {
    const system = await this.database.manager.findOneBy(SystemEntity, { clientId, active: true });
    return system && timingSafeEqual(system.secretSha256, sha256(secret)) ? system : undefined;
  }

  async saveToken(token: string, systemId: string, expiresAt: Date): Promise<void> {
    await this.database.manager.insert(AccessTokenEntity, { tokenSha256: sha256(token), systemId, expiresAt });
  }

  /** Who holds this token, as long as it is valid and its system active. */
  async holderOf(token: string): Promise<Caller | undefined> {
    const rows = await this.database.manager.query<
      { system_id: string; name: string; id: AgencyId; code: AgencyCode }[]
    >(
      `SELECT t.system_id, s.name, a.id, a.code
       FROM access_tokens t JOIN systems s ON s.id = t.system_id AND s.active
       LEFT JOIN system_agencies sa ON sa.system_id = s.id LEFT JOIN agencies a ON a.id = sa.agency_id
       WHERE t.token_sha256 = $1 AND t.expires_at > now()`,
      [sha256(token)],
    );
    const [first] = rows;
    if (!first) return undefined;
    const agencies = rows.filter((row) => (row.id as string | null) !== null).map(({ id, code }) => ({ id, code }));
    return { systemId: first.system_id, name: first.name, agencies };
  }

  async dropExpiredTokens(now: Date): Promise<void> {
    await this.database.manager.delete(AccessTokenEntity, { expiresAt: LessThan(now) });
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
