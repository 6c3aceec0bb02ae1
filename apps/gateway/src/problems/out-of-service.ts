import { ManagementError } from '@axis/messaging';
import { QueryFailedError } from 'typeorm';

/**
 * PostgreSQL's own words for: not now, and no fault of the request (SQLSTATE classes 08 connection, 40 a transaction that
 * gave way to another, 53 resources such as a full disk, 57 operator; 55P03 a lock held for too long, as by the import of a
 * large directory).
 */
const NOT_NOW = /^(08|40|53|57|55P03$)/;

/** The database is not to be reached. */
const UNREACHABLE = /^(ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** What the driver and its pool say in words alone: every connection is in use, or has just been lost. */
const NO_CONNECTION = /^(timeout exceeded when trying to connect|Connection terminated)/;

/** The database cannot do it just now, or the broker does not let itself be managed. Another try may succeed. */
export function isOutOfService(error: unknown): boolean {
  if (error instanceof ManagementError) return true;
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const isRefused = error instanceof QueryFailedError && NOT_NOW.test(code);
  return isRefused || UNREACHABLE.test(code) || NO_CONNECTION.test(cause.message);
}
