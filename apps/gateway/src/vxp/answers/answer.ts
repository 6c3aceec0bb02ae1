import type { Problem } from '@axis/edoc';
import { VXP_CODES, vxpCodeOf } from './error-codes';

/** What every answer holds, as texts: clients take an answer they cannot read for a yes. */
export interface VxpAnswer {
  readonly status: 'OK' | 'FAIL';
  readonly ErrorCode: string;
  readonly ErrorDesc: string;
}

/** @param warnings what was let pass, in sentences */
export function okAnswer(warnings: readonly string[] = []): VxpAnswer {
  return { status: 'OK', ErrorCode: VXP_CODES.ok, ErrorDesc: ['Thành công', ...warnings].join('. ') };
}

/** The clerk's sentence, and our stable code for who has to find out more. */
export function failAnswer(problem: Problem): VxpAnswer {
  return { status: 'FAIL', ErrorCode: vxpCodeOf(problem), ErrorDesc: `${problem.vi} [${problem.code}]` };
}
