import type { Attribute, Scope } from './events';

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** Before any declaration (Namespaces in XML 1.0 §3). */
export const OUTERMOST: Scope = new Map([
  ['xml', XML_NAMESPACE],
  ['', ''],
]);

export interface QualifiedName {
  readonly prefix: string;
  readonly local: string;
}

/** undefined for more than one colon, or one at an end. */
export function splitName(name: string): QualifiedName | undefined {
  const colon = name.indexOf(':');
  if (colon < 0) return { prefix: '', local: name };
  const local = name.slice(colon + 1);
  return colon === 0 || local === '' || local.includes(':') ? undefined : { prefix: name.slice(0, colon), local };
}

/** The prefix an attribute declares, empty for the default namespace; undefined when it declares none. */
export function declaredPrefix({ name }: Attribute): string | undefined {
  if (name === 'xmlns') return '';
  return name.startsWith('xmlns:') ? name.slice(6) : undefined;
}

/** The scope inside an element, or what is wrong with its declarations. */
export function scopeWith(outer: Scope, attributes: readonly Attribute[]): Scope | string {
  let scope: Map<string, string> | undefined;
  for (const attribute of attributes) {
    const prefix = declaredPrefix(attribute);
    if (prefix === undefined) continue;
    const uri = attribute.value;
    if (prefix === 'xmlns' || uri === XMLNS_NAMESPACE || (prefix === 'xml') !== (uri === XML_NAMESPACE))
      return `prefix ${prefix} may not be bound to ${uri}`;
    if (prefix !== '' && uri === '') return `prefix ${prefix} is bound to nothing`;
    scope ??= new Map(outer);
    scope.set(prefix, uri);
  }
  return scope ?? outer;
}
