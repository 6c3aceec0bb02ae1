import { DerElement, DerReader, constructed } from '../asn1';
import { GeneralName, readGeneralName } from './general-name';

/** RFC 5280 §4.2.1.10 */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export function readNameConstraints(element: DerElement): NameConstraints {
  const reader = element.children();
  const permitted = readSubtrees(reader.optional(constructed(0))?.children());
  const excluded = readSubtrees(reader.optional(constructed(1))?.children());
  reader.finish();
  return { permitted, excluded };
}

function readSubtrees(subtrees: DerReader | undefined): readonly GeneralName[] {
  return Array.from(subtrees ?? [], (subtree) => {
    const reader = subtree.children();
    const base = readGeneralName(reader.next());
    // minimum must be 0 (the default, so absent) and maximum absent
    reader.finish();
    return base;
  });
}
