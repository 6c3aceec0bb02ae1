import { Refusal, refusal } from './refusal';

it('a refusal is an error that carries its problem and logs as a sentence', () => {
  const thrown = refusal('addressee.unknown', { agency: 'H99' });
  expect(thrown).toBeInstanceOf(Refusal);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown.problem).toMatchObject({ code: 'addressee.unknown', category: 'invalid', params: { agency: 'H99' } });
  expect(thrown.message).toBe('addressee.unknown: The addressee H99 is not in the directory.');
});
