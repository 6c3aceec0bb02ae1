import { problem, type Problem, type ProblemCode, type ProblemParams } from './problems';

/** Thrown where something is refused for a reason of the catalogue; each door answers it in its own form. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.en}`);
  }
}

/** `throw refusal('addressee.unknown', { agency: 'H99' })`. */
export function refusal<Code extends ProblemCode>(
  code: Code,
  ...params: keyof ProblemParams<Code> extends never ? [] : [ProblemParams<Code>]
): Refusal {
  return new Refusal(problem(code, ...params));
}
