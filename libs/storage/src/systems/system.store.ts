import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AgencyCode, AgencyId } from '@axis/edoc';
import { DataSource, In, LessThan, Not } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { SecretBox } from '../secrets/secret-box';
import { SubscriptionEntity } from '../subscriptions/subscription.entity';
import { AccessTokenEntity, SystemAgencyEntity, SystemEntity } from './system.entity';
import { UsedSignatureEntity } from './used-signature.entity';

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
   * Joins a system, or gives a known one another secret and these agencies; those it registered itself stay its own.
   * @returns its new secret, which is told once; it is kept sealed, for calls that are signed by it.
   */
  async register({ clientId, name, agencyIds }: NewSystem, box: SecretBox): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    const secretSealed = box.seal(secret, systemPurpose(clientId));
    await this.database.transaction(async (manager) => {
      const known = await manager.findOneBy(SystemEntity, { clientId });
      const system = {
        id: known?.id ?? uuidv7(),
        clientId,
        name,
        secretSha256: sha256(secret),
        secretSealed,
        active: true,
      };
      await manager.save(SystemEntity, system);
      await manager.delete(SystemAgencyEntity, {
        systemId: system.id,
        registered: false,
        agencyId: Not(In([...agencyIds])),
      });
      await manager.delete(AccessTokenEntity, { systemId: system.id });
      await manager
        .createQueryBuilder()
        .insert()
        .into(SystemAgencyEntity)
        .values(agencyIds.map((agencyId) => ({ systemId: system.id, agencyId })))
        .orIgnore()
        .execute();
    });
    return secret;
  }

  /**
   * The system may do nothing any more, by whichever door, and is brought nothing, until it is registered again. What others remember of
   * it they forget within seconds.
   * @returns its id; undefined when there is no such system
   */
  async disable(clientId: string): Promise<string | undefined> {
    return this.database.transaction(async (manager) => {
      const known = await manager.findOneBy(SystemEntity, { clientId });
      if (!known) return undefined;
      await manager.update(SystemEntity, known.id, { active: false });
      await manager.delete(AccessTokenEntity, { systemId: known.id });
      // Whoever is bringing it events just now finds its lease gone.
      await manager.update(SubscriptionEntity, { systemId: known.id }, { lease: null, leasedUntil: null });
      return known.id;
    });
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
    const rows = await this.database.manager.query<CallerRow[]>(
      `SELECT ${CALLER} FROM access_tokens t JOIN systems s ON s.id = t.system_id AND s.active ${AGENCIES}
       WHERE t.token_sha256 = $1 AND t.expires_at > now()`,
      [sha256(token)],
    );
    return callerOf(rows);
  }

  /** The active system with this id, and its secret as it was sealed; `openSecret` opens it. */
  async signing(clientId: string): Promise<{ caller: Caller; secretSealed: Buffer | null } | undefined> {
    const rows = await this.database.manager.query<(CallerRow & { secret_sealed: Buffer | null })[]>(
      `SELECT ${CALLER}, s.secret_sealed FROM systems s ${AGENCIES} WHERE s.client_id = $1 AND s.active`,
      [clientId],
    );
    const caller = callerOf(rows);
    return caller && { caller, secretSealed: rows[0]?.secret_sealed ?? null };
  }

  /** @returns whether this signature was not used before; from now on it was. */
  async useSignature(hash: Buffer, expiresAt: Date): Promise<boolean> {
    const rows: unknown[] = await this.database.manager.query(
      'INSERT INTO used_signatures (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING hash',
      [hash, expiresAt],
    );
    return rows.length > 0;
  }

  async dropExpiredSignatures(now: Date): Promise<void> {
    await this.database.manager.delete(UsedSignatureEntity, { expiresAt: LessThan(now) });
  }

  async dropExpiredTokens(now: Date): Promise<void> {
    await this.database.manager.delete(AccessTokenEntity, { expiresAt: LessThan(now) });
  }
}

interface CallerRow {
  readonly system_id: string;
  readonly name: string;
  /** Null for a system without agencies. */
  readonly id: AgencyId | null;
  readonly code: AgencyCode;
}

const CALLER = 's.id AS system_id, s.name, a.id, a.code';
const AGENCIES = 'LEFT JOIN system_agencies sa ON sa.system_id = s.id LEFT JOIN agencies a ON a.id = sa.agency_id';

function callerOf(rows: readonly CallerRow[]): Caller | undefined {
  const [first] = rows;
  const agencies = rows.flatMap(({ id, code }) => (id === null ? [] : [{ id, code }]));
  return first && { systemId: first.system_id, name: first.name, agencies };
}

/** @throws SecretUnreadableError when it was sealed under a key that is gone */
export const openSecret = (box: SecretBox, clientId: string, sealed: Buffer): string =>
  box.open(sealed, systemPurpose(clientId));

export const systemPurpose = (clientId: string): string => `secret of system ${clientId}`;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
