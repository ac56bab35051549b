import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// One configuration for every package: the entries are what its package.json exports.
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  exports: Record<string, string | { '@common/source'?: string }>;
  bin?: Record<string, string>;
};

const sources = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'object' && target['@common/source'] ? [target['@common/source']] : [],
);
const binaries = Object.values(manifest.bin ?? {}).map((path) =>
  path.replace('./dist/', './src/').replace(/\.js$/, '.ts'),
);
const entryName = (path: string) => path.replace('./src/', '').replace(/\.ts$/, '');

export default defineConfig({
  entry: Object.fromEntries([...sources, ...binaries].map((path) => [entryName(path), path])),
  format: 'esm',
  target: 'node22',
  // A package that is only a command has no types.
  dts: sources.length > 0 && {
    entry: Object.fromEntries(sources.map((path) => [entryName(path), path])),
  },
  sourcemap: true,
  esbuildOptions(options) {
    // The sources are in the package; once is enough.
    options.sourcesContent = false;
  },
  clean: true,
  treeshake: true,
  // tsup would make `sqlite` of `node:sqlite`, which has no name without the prefix.
  removeNodeProtocol: false,
  tsconfig: '../../tsconfig.build.json',
});
