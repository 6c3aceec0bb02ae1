import { NAME, SPACE } from './characters';

/** An attribute as written, its value not yet expanded, and where in the tag it begins. */
export interface WrittenAttribute {
  readonly name: string;
  readonly written: string;
  readonly index: number;
}

export type TagText =
  | {
      readonly kind: 'tag';
      readonly name: string;
      readonly attributes: readonly WrittenAttribute[];
      readonly selfClosing: boolean;
    }
  | {
      readonly kind: 'fault';
      readonly code: 'xml.malformed' | 'xml.too_many_attributes';
      readonly detail: string;
      readonly index: number;
    };

const MOST_ATTRIBUTES = 64;

const TAG_NAME = new RegExp(`^<(${NAME})`, 'u');
const ATTRIBUTE = new RegExp(`${SPACE}+(${NAME})${SPACE}*=${SPACE}*(?:"([^<"]*)"|'([^<']*)')`, 'uy');
const TAG_END = new RegExp(`${SPACE}*(/?)>$`, 'y');
const QUOTED_OR_END = /"[^"]*(?:"|$)|'[^']*(?:'|$)|[<>]/g;

/** Where the tag that begins at `from` ends, just past its `>`; quotes respected. */
export function endOfTag(text: string, from: number): number | 'unfinished' | 'another_begins' {
  QUOTED_OR_END.lastIndex = from + 1;
  for (let found = QUOTED_OR_END.exec(text); found; found = QUOTED_OR_END.exec(text)) {
    const [piece] = found;
    if (piece === '>') return QUOTED_OR_END.lastIndex;
    if (piece === '<') return 'another_begins';
    if (piece.length === 1 || !piece.endsWith(piece.charAt(0))) return 'unfinished';
  }
  return 'unfinished';
}

/** Takes a whole start tag or empty element apart (XML 1.0 §3.1). */
export function readTag(text: string): TagText {
  const name = TAG_NAME.exec(text)?.[1];
  if (name === undefined) return { kind: 'fault', code: 'xml.malformed', detail: '< begins no tag', index: 0 };
  const attributes: WrittenAttribute[] = [];
  let index = 1 + name.length;
  for (let found = matchAt(ATTRIBUTE, text, index); found; found = matchAt(ATTRIBUTE, text, index)) {
    if (attributes.length === MOST_ATTRIBUTES)
      return { kind: 'fault', code: 'xml.too_many_attributes', detail: `over ${MOST_ATTRIBUTES} attributes`, index };
    const [whole, attribute = '', doubleQuoted, singleQuoted] = found;
    attributes.push({ name: attribute, written: doubleQuoted ?? singleQuoted ?? '', index });
    index += whole.length;
  }
  const end = matchAt(TAG_END, text, index);
  if (!end) return { kind: 'fault', code: 'xml.malformed', detail: `the tag <${name}> is malformed`, index };
  return { kind: 'tag', name, attributes, selfClosing: end[1] === '/' };
}

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}
