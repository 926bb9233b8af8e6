import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  version?: string;
  link?: boolean;
  integrity?: string;
}

const { packages } = JSON.parse(readFileSync(join(__dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};

// npm leaves the hash out of what was not installed when the file was written: binaries of other platforms.
it('The lockfile has the hash of every package of the registry, for all platforms', () => {
  const ofRegistry = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
  expect(ofRegistry.length).toBeGreaterThan(500);
  expect(ofRegistry.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
});

it('What the simulated account looks into, beyond what is documented, has one exact version', () => {
  const { dependencies } = JSON.parse(readFileSync(join(__dirname, '../../simulator/package.json'), 'utf8'));
  const internals = ['@aws-sdk/core', '@smithy/core', '@smithy/types', 'dynalite'].map((name) => dependencies[name]);
  for (const version of internals) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
