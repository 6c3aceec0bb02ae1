import { PROBLEM_CODES, problemOf } from '@axis/edoc';
import { failAnswer, okAnswer } from './answer';
import { VXP_CODES, vxpCodeOf } from './error-codes';

const codeOf = (code: (typeof PROBLEM_CODES)[number]) => vxpCodeOf(problemOf({ code, params: {} }));

it.each([
  ['10', ['file.hash_mismatch', 'upload.interrupted', 'document.no_pdf', 'body.too_large', 'document.not_found']],
  [
    '15',
    ['signature.header_invalid', 'signature.header_replayed', 'client.invalid', 'sender.not_yours', 'agency.not_yours'],
  ],
  ['18', ['addressee.unknown', 'addressees.missing', 'addressee.is_sender']],
  ['19', ['sender.unknown', 'sender.closed', 'sender.differs']],
  ['20', ['service.unavailable', 'route.not_found', 'document.in_process']],
  [
    '21',
    ['signature.invalid', 'signature.missing', 'signature.undetermined', 'seal.unavailable', 'document.unverifiable'],
  ],
  [
    '22',
    ['edxml.invalid', 'document.conflict', 'document.state_secret', 'status.impossible', 'document.number_invalid'],
  ],
  ['23', ['addressee.closed']],
] as const)('%s: %j', (expected, codes) => {
  for (const code of codes) expect({ code, is: codeOf(code) }).toEqual({ code, is: expected });
});

it('every problem has a code that clients know, and is never a yes', () => {
  const known: readonly string[] = Object.values(VXP_CODES);
  for (const code of PROBLEM_CODES) {
    expect(known).toContain(codeOf(code));
    expect(codeOf(code)).not.toBe('0');
  }
});

it('an answer is the clerk’s sentence with our own code; a yes tells what was let pass', () => {
  expect(failAnswer(problemOf({ code: 'addressee.unknown', params: { agency: 'H99' } }))).toEqual({
    status: 'FAIL',
    ErrorCode: '18',
    ErrorDesc: 'Nơi nhận H99 không có trong danh mục. [addressee.unknown]',
  });
  expect(okAnswer()).toEqual({ status: 'OK', ErrorCode: '0', ErrorDesc: 'Thành công' });
  expect(okAnswer(['Bỏ qua H99']).ErrorDesc).toBe('Thành công. Bỏ qua H99');
});
