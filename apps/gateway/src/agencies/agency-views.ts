import { branchOf, type DirectoryEntry } from '@axis/edoc';
import type { AgencyDetails, AgencyEntity, Caller } from '@axis/storage';

/** How an agency is shown, in the shapes of agency-shapes.ts. */

export function listedAgencyView(agency: AgencyEntity) {
  const { code, name, shortName, level, status, closedOn, email, phone, sample } = agency;
  return { code, name, shortName, level, status, closedOn, email, phone, sample };
}

/** Which systems act for an agency concerns those who act for it or for one above it. */
export function agencyView({ entry, systems, ...bound }: AgencyDetails, caller: Caller) {
  const line = [entry, ...bound.parents];
  const isTheirs = caller.agencies.some(({ code }) => line.some((one) => one.code === code));
  return { ...particulars(entry), ...bound, systems: isTheirs ? systems : null };
}

export function changeView(entry: DirectoryEntry) {
  const { status, parentCode, successorCode } = entry;
  return { ...particulars(entry), deleted: status === 'closed', parent: parentCode, successor: successorCode };
}

function particulars(entry: DirectoryEntry) {
  const { parentId: _, parentCode: __, successorCode: ___, centreCode: ____, ...told } = entry;
  return { ...told, branch: branchOf(entry.newCode ?? entry.code) };
}
