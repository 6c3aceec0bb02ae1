import type { Problem, ProblemCategory } from '@axis/edoc';

/** ErrorCode of the protocol, as its clients know it. */
export const VXP_CODES = {
  ok: '0',
  badFile: '10',
  badCredentials: '15',
  unknownReceiver: '18',
  unknownSender: '19',
  axisError: '20',
  fileProcessing: '21',
  badEdxml: '22',
  receiverLocked: '23',
} as const;

export type VxpCode = (typeof VXP_CODES)[keyof typeof VXP_CODES];

/** By the first fitting beginning of the problem's code. */
const BY_CODE: readonly (readonly [beginning: string, code: VxpCode])[] = [
  ['signature.header_', VXP_CODES.badCredentials],
  ['signature.', VXP_CODES.fileProcessing],
  ['seal.', VXP_CODES.fileProcessing],
  ['document.in_process', VXP_CODES.axisError],
  ['document.unverifiable', VXP_CODES.fileProcessing],
  ['client.', VXP_CODES.badCredentials],
  ['sender.not_yours', VXP_CODES.badCredentials],
  ['sender.', VXP_CODES.unknownSender],
  ['addressee.closed', VXP_CODES.receiverLocked],
  ['addressee', VXP_CODES.unknownReceiver],
  ['agency.not_yours', VXP_CODES.badCredentials],
  ['agency.not_below_yours', VXP_CODES.badCredentials],
  ['agency.outside', VXP_CODES.badCredentials],
  ['agency.', VXP_CODES.axisError],
  ['directory.', VXP_CODES.axisError],
  ['file.', VXP_CODES.badFile],
  ['files.', VXP_CODES.badFile],
  ['attachment.', VXP_CODES.badFile],
  ['document.access_ended', VXP_CODES.badFile],
  ['document.no_pdf', VXP_CODES.badFile],
  ['document.not_pdf', VXP_CODES.badFile],
  ['upload.', VXP_CODES.badFile],
  ['body.', VXP_CODES.badFile],
  ['request.', VXP_CODES.badFile],
  ['route.', VXP_CODES.axisError],
];

const BY_CATEGORY: Readonly<Record<ProblemCategory, VxpCode>> = {
  invalid: VXP_CODES.badEdxml,
  unauthenticated: VXP_CODES.badCredentials,
  forbidden: VXP_CODES.badCredentials,
  not_found: VXP_CODES.badFile,
  conflict: VXP_CODES.badEdxml,
  too_large: VXP_CODES.badFile,
  unavailable: VXP_CODES.axisError,
};

export function vxpCodeOf({ code, category }: Pick<Problem, 'code' | 'category'>): VxpCode {
  return BY_CODE.find(([beginning]) => code.startsWith(beginning))?.[1] ?? BY_CATEGORY[category];
}
