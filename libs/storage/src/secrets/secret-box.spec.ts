import { randomBytes } from 'node:crypto';
import { SecretBox, SecretUnreadableError } from './secret-box';

const newKey = (): string => randomBytes(32).toString('base64');

const SECRET = 'whsec_mật khẩu của hệ thống';
const PURPOSE = 'system dms-g22';

describe('SecretBox', () => {
  it('opens what it sealed, and shows nothing of it', () => {
    const box = new SecretBox(newKey());
    const sealed = box.seal(SECRET, PURPOSE);
    expect(box.open(sealed, PURPOSE)).toBe(SECRET);
    expect(sealed.includes(Buffer.from('whsec'))).toBe(false);
    expect(box.open(box.seal('', PURPOSE), PURPOSE)).toBe('');
  });

  it('seals the same secret differently each time', () => {
    const box = new SecretBox(newKey());
    expect(box.seal(SECRET, PURPOSE).equals(box.seal(SECRET, PURPOSE))).toBe(false);
  });

  it('opens for its own purpose alone', () => {
    const box = new SecretBox(newKey());
    expect(() => box.open(box.seal(SECRET, PURPOSE), 'system dms-h17')).toThrow(SecretUnreadableError);
  });

  it('takes a new key before the old one: the first seals, all open', () => {
    const [old, young] = [newKey(), newKey()];
    const before = new SecretBox(old).seal(SECRET, PURPOSE);
    const changing = new SecretBox(`${young},${old}`);
    expect(changing.open(before, PURPOSE)).toBe(SECRET);
    const after = changing.seal(SECRET, PURPOSE);
    expect(new SecretBox(young).open(after, PURPOSE)).toBe(SECRET);
    expect(() => new SecretBox(old).open(after, PURPOSE)).toThrow(/the key [0-9a-f]{8} .* is not there/);
  });

  it('opens nothing that was changed in any byte, cut or made up', () => {
    const box = new SecretBox(newKey());
    const sealed = box.seal(SECRET, PURPOSE);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, PURPOSE)).toThrow(SecretUnreadableError);
      expect(() => box.open(sealed.subarray(0, at), PURPOSE)).toThrow(SecretUnreadableError);
    }
  });

  it.each(['', ' , ', 'x', randomBytes(31).toString('base64'), randomBytes(33).toString('base64')])(
    'takes no such key: %j',
    (keys) => {
      expect(() => new SecretBox(keys)).toThrow(RangeError);
    },
  );

  it('reads keys a line each, as a file has them', () => {
    const keys = [newKey(), newKey()];
    const sealed = new SecretBox(keys[1] ?? '').seal(SECRET, PURPOSE);
    expect(new SecretBox(`${keys.join('\n')}\n`).open(sealed, PURPOSE)).toBe(SECRET);
  });
});
