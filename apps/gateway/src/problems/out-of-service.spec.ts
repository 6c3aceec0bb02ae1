import { QueryFailedError } from 'typeorm';
import { isOutOfService } from './out-of-service';

const failed = (code: string) => new QueryFailedError('INSERT …', [], Object.assign(new Error('failed'), { code }));

describe('what the database cannot do just now', () => {
  it.each(['53100', '53300', '57P01', '08006', '40P01', '55P03'])('is SQLSTATE %s', (code) => {
    expect(isOutOfService(failed(code))).toBe(true);
  });

  it.each([
    new Error('timeout exceeded when trying to connect'),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new QueryFailedError('INSERT …', [], new Error('Connection terminated unexpectedly')),
  ])('is %s', (error) => {
    expect(isOutOfService(error)).toBe(true);
  });

  it.each([failed('23505'), failed('55006'), failed('42P01'), new Error('53100'), undefined])('is not %s', (error) => {
    expect(isOutOfService(error)).toBe(false);
  });
});
