import { CATALOGUE, type ProblemCategory } from './problem-catalogue';

export type { ProblemCategory } from './problem-catalogue';

/** Stable: once published, a code never changes its meaning. */
export type ProblemCode = keyof typeof CATALOGUE;

type Names<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The values a code's sentences speak of, by name. */
export type ProblemParams<Code extends ProblemCode> = Readonly<
  Record<Names<(typeof CATALOGUE)[Code]['en']> | Names<(typeof CATALOGUE)[Code]['vi']>, string | number>
>;

export interface Problem<Code extends ProblemCode = ProblemCode> {
  readonly code: Code;
  readonly category: ProblemCategory;
  readonly params: Readonly<Record<string, string | number>>;
  /** The sentence for programmers. */
  readonly en: string;
  /** The sentence for clerks. */
  readonly vi: string;
}

export const PROBLEM_CODES = Object.keys(CATALOGUE) as readonly ProblemCode[];

export function categoryOf(code: ProblemCode): ProblemCategory {
  return CATALOGUE[code].category;
}

/** `problem('addressee.unknown', { agency: 'H99' })`. A code whose sentences name no values takes no second argument. */
export function problem<Code extends ProblemCode>(
  code: Code,
  ...[params]: keyof ProblemParams<Code> extends never ? [] : [ProblemParams<Code>]
): Problem<Code> {
  return { ...problemOf({ code, params: params ?? {} }), code };
}

/** A problem that was stored by its code and values alone. */
export function problemOf({ code, params }: Pick<Problem, 'code' | 'params'>): Problem {
  const { category, en, vi } = CATALOGUE[code];
  return { code, category, params, en: fill(en, params), vi: fill(vi, params) };
}

function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
