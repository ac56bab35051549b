import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { connectorNames, problemOfName } from './connector-names.ts';
import { fillTemplate } from './fill-template.ts';

/** A wish that cannot be fulfilled; its message says what to do. */
export class ScaffoldError extends Error {}

export interface CreateConnectorOptions {
  /** Small letters, digits and dashes: `my-erp`. */
  readonly name: string;
  /** How people call the system. @default made of the name */
  readonly vendor?: string | undefined;
  /** Where the files go, from `base`. It must be empty or not exist. */
  readonly directory: string;
  readonly base: string;
  /** @default the template that comes with this package */
  readonly template?: string | undefined;
}

/** What was made. */
export interface CreatedConnector {
  /** Paths from the new folder, sorted. */
  readonly files: readonly string[];
}

/**
 * Writes a connector that passes conformance into an empty folder.
 *
 * @throws ScaffoldError when the name cannot be one, or when the folder has something in it: nothing
 * is ever written over
 */
export function createConnector(options: CreateConnectorOptions): CreatedConnector {
  const { name, base, template = join(import.meta.dirname, 'template') } = options;
  const problem = problemOfName(name) ?? problemOfVendor(options.vendor);
  if (problem !== undefined) throw new ScaffoldError(problem);
  const folder = resolve(base, options.directory);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new ScaffoldError(
      `${folder} is not empty, and nothing is written over. Choose another name, or another --directory.`,
    );
  }

  const names = connectorNames(name, options.vendor);
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: targetOf(fillTemplate(relative(template, path), names)),
      text: fillTemplate(readFileSync(path, 'utf8'), names),
    }));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { files: files.map(({ path }) => path).sort() };
}

/** Files that npm would leave out of a package, or take for its own, have other names in the template. */
const targetOf = (path: string): string =>
  path === 'gitignore' ? '.gitignore' : path.replace(/^package\.template\.json$/, 'package.json');

function problemOfVendor(vendor: string | undefined): string | undefined {
  // It stands in comments and in string literals.
  if (vendor === undefined || /^[\p{L}\p{N} .,&+-]{1,60}$/u.test(vendor)) return undefined;
  return 'The name of the vendor is 1 to 60 letters, digits, blanks and . , & + - in one line.';
}
