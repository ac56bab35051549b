import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const home = join(import.meta.dirname, '..');
const example = join(home, '..', '..', 'examples', 'custom-connector');
const parts = ['src', 'sandbox', 'main.ts', 'fault-matrix.test.ts', 'structure.test.ts'];

/**
 * Puts the template together: the connector of `examples/custom-connector`, which this project tests,
 * and what a project of its own needs around it.
 */
export function copyTemplate(to: string): void {
  rmSync(to, { recursive: true, force: true });
  for (const part of parts) {
    cpSync(join(example, part), join(to, part), { recursive: true });
  }
  cpSync(join(home, 'template'), to, { recursive: true });
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const manifest = join(to, 'package.template.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll('{{version}}', version));
}

if (import.meta.main) copyTemplate(join(home, 'dist', 'template'));
