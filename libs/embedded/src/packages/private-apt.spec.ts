import { privateStatus } from './private-apt';

const STATUS = `Package: libc6
Status: install ok installed
Priority: optional
Architecture: amd64
Multi-Arch: same
Version: 2.36-9
Depends: libgcc-s1
Description: GNU C Library
 Contains the standard libraries

Package: erlang-base
Status: install ok installed
Architecture: amd64
Version: 1:25.2.3

Package: rabbitmq-server
Status: install ok half-configured
Architecture: all
Version: 3.10.8

Package: removed
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: python3
Status: install ok installed
Architecture: amd64
Multi-Arch: allowed
Version: 3.11.2
Provides: python3-profiler
`;

const entries = privateStatus(STATUS, /^(erlang|rabbitmq)/)
  .trim()
  .split('\n\n');

it('keeps what is installed, without its relations', () => {
  expect(entries[0]).toBe(
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.36-9',
  );
});

it('hides what it is told to and what is not wholly installed, so that it is fetched', () => {
  expect(entries.join('\n')).not.toMatch(/erlang|rabbitmq|removed/);
});

it('assumes what is needed only for installing, once', () => {
  const names = entries.map((entry) => /^Package: (.*)$/m.exec(entry)?.[1]);
  expect(names).toContain('adduser');
  expect(names.filter((name) => name === 'python3')).toHaveLength(1);
  expect(entries.find((entry) => entry.startsWith('Package: python3'))).toContain('3.11.2');
});
