// Proves that refresh tokens survive races and kills: `npm run storm -- --json`. It starts a token
// server and worker processes on this machine, and takes about two minutes.

import { readCounts } from './read-counts.ts';
import { expiredTokenRun, killRun, type StormRun } from './storm-runs.ts';

const usage = `Usage: npm run storm -- [options]
  --json             the result as JSON, without progress
  --workers <n>      processes of the run with kills (50)
  --connections <n>  tokens that they share out among them (5, so ten processes to a token)
  --refreshes <n>    refreshes of that run in total (1000)
  --kills <n>        processes that are killed in it (60)
  --seed <n>         of delays and kills (1)`;

const { json, whole, fail } = readCounts(usage, {
  workers: 50,
  refreshes: 1000,
  connections: 5,
  kills: 60,
  seed: 1,
});
const seed = whole('seed', 0);
const sizes = {
  processes: whole('workers', 1),
  connections: whole('connections', 1),
  refreshes: whole('refreshes', 1),
  kills: whole('kills', 0),
};
if (sizes.processes % sizes.connections !== 0) {
  fail(`${sizes.processes} workers cannot be shared out evenly among ${sizes.connections} tokens.`);
}

const runs: StormRun[] = [];
const progressOf = (name: string) => (text: string) => {
  if (!json) process.stderr.write(`${name}: ${text}\n`);
};
const expired = { processes: 4, callersEach: 1000, seed };
const name = {
  expired: 'one expired token',
  kill: 'rotation under kill -9',
  naive: 'naive control',
};
runs.push(
  await expiredTokenRun({
    ...expired,
    name: name.expired,
    mode: 'once',
    progress: progressOf(name.expired),
  }),
);
runs.push(
  await killRun({
    ...sizes,
    name: name.kill,
    callersEach: 2,
    seed,
    progress: progressOf(name.kill),
  }),
);
// Shows that the check can fail: it passes when the calls do.
runs.push(
  await expiredTokenRun({
    ...expired,
    callersEach: 250,
    name: name.naive,
    mode: 'naive',
    progress: progressOf(name.naive),
  }),
);

if (json) console.log(JSON.stringify({ runs }));
else {
  console.table(
    runs.map(({ errors: _, durationMs, ...run }) => ({
      ...run,
      seconds: Math.round(durationMs / 1000),
    })),
  );
  for (const run of runs.filter(({ pass }) => !pass)) {
    console.log(`${run.name} missed its bar. ${run.errors.join(' | ')}`);
  }
}
process.exit(runs.every(({ pass }) => pass) ? 0 : 1);
