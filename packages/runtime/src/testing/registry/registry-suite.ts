import { connectionsSuite } from './connections-suite.ts';
import { crashSuite } from './crash-suite.ts';
import { governanceSuite } from './governance-suite.ts';
import { isolationSuite } from './isolation-suite.ts';
import { openingSuite } from './opening-suite.ts';
import type { OpenTestStore } from './registry-world.ts';

/** What a registry does on any store. */
export function registrySuite(open: OpenTestStore): void {
  connectionsSuite(open);
  isolationSuite(open);
  governanceSuite(open);
  openingSuite(open);
  crashSuite(open);
}
