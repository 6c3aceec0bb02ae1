import { CATALOGUE } from './problem-catalogue';
import { categoryOf, problem, PROBLEM_CODES } from './problems';

describe('a problem', () => {
  it('speaks of what it is about, in both languages', () => {
    expect(problem('addressee.unknown', { agency: 'H99' })).toEqual({
      code: 'addressee.unknown',
      category: 'invalid',
      params: { agency: 'H99' },
      en: 'The addressee H99 is not in the directory.',
      vi: 'Nơi nhận H99 không có trong danh mục.',
    });
  });

  it('without values takes none', () => {
    expect(problem('document.no_pdf').params).toEqual({});
  });

  it('shows a value as it is, even one that looks like a template', () => {
    expect(problem('file.empty', { file: '{file} $& $1' }).en).toBe('The file {file} $& $1 is empty.');
  });

  it('has a category a door can answer with', () => {
    expect(categoryOf('document.conflict')).toBe('conflict');
    expect(categoryOf('body.too_large')).toBe('too_large');
    expect(categoryOf('sender.not_yours')).toBe('forbidden');
  });
});

describe('the catalogue', () => {
  it.each(PROBLEM_CODES)('%s is well formed', (code) => {
    const { en, vi } = CATALOGUE[code];
    expect(code).toMatch(/^[a-z]+\.[a-z_]+$/);
    for (const sentence of [en, vi]) expect(sentence).toMatch(/[.]$/);
    expect(vi).toBe(vi.normalize('NFC'));
    // A value that is a sentence itself comes in both languages.
    expect(names(vi).map((name) => name.replace(/Vi$/, ''))).toEqual(names(en).map((name) => name.replace(/En$/, '')));
  });
});

function names(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}
