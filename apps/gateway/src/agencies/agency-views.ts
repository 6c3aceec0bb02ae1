import { branchOf, type DirectoryEntry } from '@axis/edoc';
import type { AgencyDetails, AgencyEntity } from '@axis/storage';

/** How an agency is shown, in the shapes of agency-shapes.ts. */

export function listedAgencyView(agency: AgencyEntity) {
  const { code, name, shortName, level, status, closedOn, email, phone, sample } = agency;
  return { code, name, shortName, level, status, closedOn, email, phone, sample };
}

export function agencyView({ entry, ...bound }: AgencyDetails) {
  return { ...particulars(entry), ...bound };
}

export function changeView(entry: DirectoryEntry) {
  const { status, parentCode, successorCode } = entry;
  return { ...particulars(entry), deleted: status === 'closed', parent: parentCode, successor: successorCode };
}

function particulars(entry: DirectoryEntry) {
  const { parentId: _, parentCode: __, successorCode: ___, centreCode: ____, ...told } = entry;
  return { ...told, branch: branchOf(entry.newCode ?? entry.code) };
}
