/** What packages depend on for being installed, not for running: not fetched on a machine that lacks it. */
const ONLY_FOR_INSTALLING = [
  'adduser',
  'init-system-helpers',
  'logrotate',
  'lsb-base',
  'python3',
  'socat',
  'sysvinit-utils',
];

/**
 * What apt shall believe is installed: what is (dpkg's own list) without relations between packages, because nothing is
 * installed that could break one.
 * @param status the text of /var/lib/dpkg/status
 * @param hidden names of packages apt shall not believe in, so that it fetches them
 */
export function privateStatus(status: string, hidden?: RegExp): string {
  const installed = status
    .split(/\n\n+/)
    .filter((entry) => /^Status: \w+ ok installed$/m.test(entry) && !hidden?.test(nameOf(entry)))
    .map((entry) => entry.match(/^(Package|Status|Architecture|Multi-Arch|Version|Provides): .*$/gm)?.join('\n') ?? '');
  const known = new Set(installed.map(nameOf));
  const assumed = ONLY_FOR_INSTALLING.filter((name) => !known.has(name)).map(
    (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: allowed\nVersion: 9999`,
  );
  return [...installed, ...assumed].join('\n\n') + '\n';
}

function nameOf(entry: string): string {
  return /^Package: (.*)$/m.exec(entry)?.[1] ?? '';
}

/** An apt.conf(5) that keeps all state in `dir` and takes sources, keys and proxies from the machine. */
export function privateConfiguration(dir: string): string {
  return [
    `Dir::State "${dir}/state";`,
    `Dir::State::status "${dir}/status";`,
    `Dir::Cache "${dir}/cache";`,
    `Dir::Log "${dir}/log";`,
    // apt's download user could not write here.
    'APT::Sandbox::User "root";',
    'APT::Install-Recommends "false";',
    'Acquire::Languages "none";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
    'Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";',
    'Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";',
    // The machine's own hooks would act on the system (container images empty its package cache in one).
    '#clear APT::Update;',
    '#clear DPkg;',
    '',
  ].join('\n');
}
