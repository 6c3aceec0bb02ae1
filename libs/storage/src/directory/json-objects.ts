/** One object of a JSON file, as text, and the line it begins in. */
export interface JsonObjectText {
  readonly line: number;
  readonly text: string;
}

export class JsonSyntaxError extends Error {
  constructor(
    readonly line: number,
    readonly detail: string,
  ) {
    super(`line ${line}: ${detail}`);
  }
}

/** No agency needs more; what is longer is not a list of agencies. */
const LONGEST_OBJECT = 64 * 1024;

/**
 * The objects of a JSON array (`[{…}, {…}]`), or one after another (`{…}\n{…}`), without holding the whole.
 * Finds where each begins and ends; what is between braces is left to JSON.parse.
 * @throws JsonSyntaxError when something else stands between the objects, or the last one does not end.
 */
export async function* jsonObjects(chunks: AsyncIterable<string>): AsyncGenerator<JsonObjectText> {
  let line = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let begun = line;
  let text = '';
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const character = chunk.charAt(at);
      if (character === '\n') line++;
      if (inString) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
      } else if (character === '{') {
        if (depth++ > 0) continue;
        begun = line;
        from = at;
      } else if (character === '}' && depth > 0) {
        if (--depth > 0) continue;
        yield { line: begun, text: text + chunk.slice(from, at + 1) };
        text = '';
      } else if (depth > 0) {
        inString = character === '"';
      } else if (!/[[\],\s\uFEFF]/.test(character)) {
        throw new JsonSyntaxError(line, `expected an object, found ${JSON.stringify(character)}`);
      }
    }
    if (depth > 0) text += chunk.slice(from);
    if (text.length > LONGEST_OBJECT) throw new JsonSyntaxError(begun, 'the object is too long');
  }
  if (depth > 0) throw new JsonSyntaxError(begun, 'the object does not end');
}
