import { parseArgs } from 'node:util';
import { createConnector, ScaffoldError } from './create-connector.ts';

/** Where the command line writes to, and the directory that it runs in. */
export interface CommandLineHost {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly directory: string;
}

const help = `Usage: npm create @common/connector <name> [-- options]

Makes a folder with a connector of your own: settings, sign-in, entities, a mapping template, a simulator of the vendor
and a conformance suite that passes from the start.

Options:
  --vendor <name>      how the vendor's system is called (default: made of the name)
  --directory <path>   where the folder goes (default: ./<name>)
  --help               this text

Example:
  npm create @common/connector my-erp -- --vendor "My ERP"
`;

/** @returns the exit code */
export function runCommandLine(args: readonly string[], host: CommandLineHost): number {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { vendor: text, directory: text, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      host.write(help);
      return 0;
    }
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) {
      host.writeError(`Give one name, for example my-erp.\n\n${help}`);
      return 2;
    }
    const { vendor, directory = name } = values;
    const { files } = createConnector({ name, vendor, directory, base: host.directory });
    host.write(
      `${files.length} files are in ${directory}. Next:\n\n  cd ${directory}\n  npm install\n  npm test      # conformance, the matrix of faults, the structure\n  npm start     # reads and writes, against the simulator\n\nThen README.md, file by file.\n`,
    );
    return 0;
  } catch (error) {
    const isUsage = error instanceof ScaffoldError || error instanceof TypeError;
    if (!isUsage) throw error;
    host.writeError(`${error.message}\n`);
    return 2;
  }
}
