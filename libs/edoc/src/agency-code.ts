import type { Branded } from './branded';

/**
 * What the directory knows an agency by: an old code, a new code or any other the directory has.
 * A pattern alone never decides whether an agency exists.
 */
export type AgencyCode = Branded<string, 'AgencyCode'>;

/**
 * - `old`: 13 characters `LLL.LL.LL.Xnn`, level 1 right-most (QCVN 102:2016/BTTTT)
 * - `new`: at most 35 characters, groups joined by dots, level 1 left-most (QĐ 20/2020/QĐ-TTg, SĐ1:2022 QCVN 102)
 * - `other`: in use all the same, such as `vxp.saas.03`
 */
export type CodeGeneration = 'old' | 'new' | 'other';

/** Whose agencies a level-1 group stands for, by its first letter. */
export type Branch = 'party' | 'government' | 'people_committee' | 'people_council' | 'other';

const OLD = /^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/;
const NEW = /^[0-9A-Z]+(?:\.[0-9A-Z]+)*$/;
const NEW_MAX_LENGTH = 35;

/** What could be a code at all: a document id joins its parts by commas, and lists of codes by commas and spaces. */
const CONCEIVABLE = /^[^\s,;/\\\p{Cc}]{1,64}$/u;

const BRANCHES: Readonly<Record<string, Branch>> = {
  A: 'party',
  G: 'government',
  H: 'people_committee',
  K: 'people_council',
};

/** The code without surrounding white space, or undefined when no directory could hold it. */
export function parseAgencyCode(text: string): AgencyCode | undefined {
  const code = text.trim();
  return CONCEIVABLE.test(code) ? (code as AgencyCode) : undefined;
}

export function generationOf(code: AgencyCode): CodeGeneration {
  if (OLD.test(code)) return 'old';
  return code.length <= NEW_MAX_LENGTH && NEW.test(code) ? 'new' : 'other';
}

/** The groups from level 1 down: `000.00.18.G12` and `G12.18` both give `['G12', '18']`. An `other` code has no levels. */
export function levelsOf(code: AgencyCode): readonly string[] {
  switch (generationOf(code)) {
    case 'new':
      return code.split('.');
    case 'old': {
      const groups = code.split('.').reverse();
      while (groups.length > 1 && isZero(groups.at(-1))) groups.pop();
      return groups;
    }
    case 'other':
      return [];
  }
}

/** The code one level up in the same generation; undefined at level 1 and for `other` codes. */
export function parentCodeOf(code: AgencyCode): AgencyCode | undefined {
  const levels = levelsOf(code);
  if (levels.length < 2) return undefined;
  const above = levels.slice(0, -1);
  return (generationOf(code) === 'old' ? oldCode(above) : above.join('.')) as AgencyCode;
}

export function branchOf(code: AgencyCode): Branch {
  return BRANCHES[levelsOf(code)[0]?.charAt(0) ?? ''] ?? 'other';
}

/** `W00` marks a connection centre: a machine room, never an addressee a clerk picks. */
export function isConnectionCentre(code: AgencyCode): boolean {
  return levelsOf(code)[0] === 'W00';
}

function oldCode(levels: readonly string[]): string {
  const [first = '', second = '00', third = '00', fourth = '000'] = levels;
  return [fourth, third, second, first].join('.');
}

function isZero(group: string | undefined): boolean {
  return group !== undefined && /^0+$/.test(group);
}
