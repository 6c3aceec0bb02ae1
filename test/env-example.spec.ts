import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { configVariables, loadConfig } from '@axis/platform';

const text = readFileSync(join(__dirname, '../.env.example'), 'utf8');
const variables = parseEnv(text);
/** Absent means something else than any value could. */
const WITHOUT_DEFAULT = [
  'AMQP_MANAGEMENT_URL',
  'AMQP_PUBLIC_URL',
  'AMQP_URL',
  'DATABASE_URL',
  'HOLIDAYS_FILE',
  'KEYS_DIR',
  'KEYS_PASSWORD',
  'PKCS11_LIBRARY',
  'PKCS11_PIN',
  'PKCS11_TOKEN',
  'SECRETS_KEY',
  'TSA_URL',
];

it('lists every variable of the code once, and no other', () => {
  const listed = [...text.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...configVariables].sort());
});

it('says above each what it is for', () => {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (/^[A-Z]/.test(line)) expect(`${line}: ${lines[index - 1] ?? ''}`).toMatch(/: # \S.*\.$/);
  }
});

it('shows the defaults of the code', () => {
  expect(loadConfig(variables)).toEqual(loadConfig({}));
  const empty = Object.keys(variables).filter((name) => variables[name] === '');
  expect(empty.sort()).toEqual(WITHOUT_DEFAULT);
});
