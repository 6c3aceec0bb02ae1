import { ManagementError } from '@axis/messaging';
import { QueryFailedError } from 'typeorm';

/**
 * PostgreSQL's own words for: not now, and no fault of the request (SQLSTATE classes 08 connection, 40 a transaction that
 * gave way to another, 53 resources such as a full disk, 57 operator; 55P03 a lock held for too long, as by the import of a
 * large directory), and a broker that does not let itself be managed. Another try may succeed.
 */
export function isOutOfService(error: unknown): boolean {
  if (error instanceof ManagementError) return true;
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as Error & { readonly code?: unknown };
  return typeof code === 'string' && /^(08|40|53|57|55P03$)/.test(code);
}
