import type { AgencyCode } from './agency-code';
import type { DirectoryFault, DirectoryFinding } from './directory-columns';
import type { AgencyRow } from './directory-row';
import type { AgencyId } from './ids';

/** An agency the directory holds already, before the file. */
export interface KnownAgency {
  readonly id: AgencyId;
  readonly parentCode: AgencyCode | undefined;
  readonly successorCode: AgencyCode | undefined;
}

/** A row that may be imported, `known` when the directory has the agency already. */
export interface PlannedAgency {
  readonly row: AgencyRow;
  readonly known: KnownAgency | undefined;
  readonly parent: AgencyRow | KnownAgency | undefined;
  readonly successor: AgencyRow | KnownAgency | undefined;
}

export interface DirectoryPlan {
  readonly agencies: readonly PlannedAgency[];
  readonly refused: readonly DirectoryFinding[];
}

type Relation = 'parent' | 'successor';
const RELATIONS = ['parent', 'successor'] as const;

/**
 * Checks the rows of a file against one another and against the directory: repeated and taken codes, unknown parents and
 * successors, circles. A refused row takes along the rows that need it; the others stay. `find` knows an agency by any of
 * its codes and gives the same object for each of them.
 */
export function planDirectory(
  rows: readonly AgencyRow[],
  find: (code: AgencyCode) => KnownAgency | undefined,
): DirectoryPlan {
  const draft = new Draft(find);
  for (const row of rows) draft.add(row);
  draft.refuseOrphans();
  while (draft.refuseCircles()) draft.refuseOrphans();
  return { agencies: draft.planned(), refused: draft.refused.sort((a, b) => a.line - b.line) };
}

/** The directory as it would be after the import. */
class Draft {
  readonly refused: DirectoryFinding[] = [];
  private readonly rows = new Map<AgencyRow, KnownAgency | undefined>();
  private readonly byCode = new Map<AgencyCode, AgencyRow>();
  private readonly overriding = new Map<KnownAgency, AgencyRow>();

  constructor(private readonly find: (code: AgencyCode) => KnownAgency | undefined) {}

  add(row: AgencyRow): void {
    const codes = codesOf(row);
    const repeated = codes.find((code) => this.byCode.has(code));
    const owners = new Set(codes.map(this.find).filter((owner) => owner !== undefined));
    const [known] = owners;
    const sameAgency = known && this.overriding.get(known);
    if (repeated) {
      this.fault(
        row,
        'code_repeated',
        `code ${repeated} stands in line ${this.byCode.get(repeated)?.line ?? 0} already`,
      );
    } else if (owners.size > 1) {
      this.fault(row, 'code_taken', `codes ${codes.join(' and ')} belong to two different agencies`);
    } else if (sameAgency) {
      this.fault(row, 'code_repeated', `code ${row.code} is of the agency of line ${sameAgency.line}`);
    } else {
      this.rows.set(row, known);
      for (const code of codes) this.byCode.set(code, row);
      if (known) this.overriding.set(known, row);
    }
  }

  /** Refuses rows whose parent or successor is not there, then the rows that needed those, and so on. */
  refuseOrphans(): void {
    const dependents = new Map<AgencyCode, AgencyRow[]>();
    for (const row of this.rows.keys())
      for (const relation of RELATIONS) {
        const code = referredBy(row, relation);
        const group = code && dependents.get(code);
        if (group) group.push(row);
        else if (code) dependents.set(code, [row]);
      }
    const missing = [...dependents.keys()].filter((code) => !this.agencyOf(code));
    for (const code of missing) {
      for (const row of dependents.get(code) ?? []) {
        if (!this.rows.has(row)) continue;
        const relation = row.parentCode === code ? 'parent' : 'successor';
        this.refuse(row, `${relation}_unknown`, `${relation}_code ${code} is not in the directory`);
        missing.push(...codesOf(row).filter((lost) => dependents.has(lost) && !this.agencyOf(lost)));
      }
    }
  }

  /** Refuses every row on a circle of parents or of successors; says whether there was one. */
  refuseCircles(): boolean {
    let found = false;
    for (const relation of RELATIONS) {
      for (const circle of this.circlesOf(relation)) {
        found = true;
        for (const row of circle)
          this.refuse(
            row,
            `${relation}_cycle`,
            `${relation}_code ${String(referredBy(row, relation))} leads back here`,
          );
      }
    }
    return found;
  }

  planned(): PlannedAgency[] {
    return [...this.rows].map(([row, known]) => ({
      row,
      known,
      parent: this.related(row, 'parent'),
      successor: this.related(row, 'successor'),
    }));
  }

  private circlesOf(relation: Relation): AgencyRow[][] {
    const circles: AgencyRow[][] = [];
    const walkOf = new Map<AgencyRow | KnownAgency, AgencyRow>();
    for (const start of this.rows.keys()) {
      const walked: (AgencyRow | KnownAgency)[] = [];
      let agency: AgencyRow | KnownAgency | undefined = start;
      for (; agency && !walkOf.has(agency); agency = this.related(agency, relation)) {
        walkOf.set(agency, start);
        walked.push(agency);
      }
      if (agency && walkOf.get(agency) === start)
        circles.push(walked.slice(walked.indexOf(agency)).filter((member) => 'line' in member));
    }
    return circles;
  }

  private related(agency: AgencyRow | KnownAgency, relation: Relation): AgencyRow | KnownAgency | undefined {
    const code = referredBy(agency, relation);
    return code && this.agencyOf(code);
  }

  private agencyOf(code: AgencyCode): AgencyRow | KnownAgency | undefined {
    const row = this.byCode.get(code);
    if (row) return row;
    const known = this.find(code);
    return known && (this.overriding.get(known) ?? known);
  }

  private refuse(row: AgencyRow, fault: DirectoryFault, reason: string): void {
    const known = this.rows.get(row);
    this.rows.delete(row);
    for (const code of codesOf(row)) this.byCode.delete(code);
    if (known) this.overriding.delete(known);
    this.fault(row, fault, reason);
  }

  private fault({ line }: AgencyRow, fault: DirectoryFault, reason: string): void {
    this.refused.push({ line, fault, reason });
  }
}

function codesOf({ codes }: AgencyRow): AgencyCode[] {
  return codes.map(({ code }) => code);
}

function referredBy(agency: AgencyRow | KnownAgency, relation: Relation): AgencyCode | undefined {
  return relation === 'parent' ? agency.parentCode : agency.successorCode;
}
