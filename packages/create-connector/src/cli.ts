#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';

process.exitCode = runCommandLine(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  directory: process.cwd(),
});
