import { join } from 'node:path';

/** dist/apps/axis/src/environment and apps/axis/src/environment lie equally deep below what they are built from. */
const ROOT = join(__dirname, '../../../..');

const PROJECT_DIR = ROOT.endsWith('dist') ? join(ROOT, '..') : ROOT;

/** The sample directory and images. */
export const SAMPLE_DIR = join(PROJECT_DIR, 'deploy/sample');
