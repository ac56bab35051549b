/** Counts of a run or of a comparison; what else a report has is not told. */
interface Report {
  readonly failed?: number;
  readonly withheld?: number;
  readonly missing?: number;
  readonly extra?: number;
  readonly different?: number;
  readonly unreadable?: number;
  readonly details?: readonly object[];
}

/** That there are none is what a comparison is for. */
const shown = new Set(['missing', 'extra', 'different']);

/** Prints what was done, and lets the process end with 1 when something of it is lost or doubled. */
export function tell(what: string, report: Report): void {
  const counts = Object.entries(report).filter(
    ([name, value]) =>
      typeof value === 'number' && name !== 'pages' && (value > 0 || shown.has(name)),
  );
  const words = counts.map(([name, value]) => `${value} ${name}`).join(', ');
  console.log(`${what.padEnd(34)} ${words || 'nothing'}`);
  const {
    failed = 0,
    withheld = 0,
    missing = 0,
    extra = 0,
    different = 0,
    unreadable = 0,
  } = report;
  if (failed + withheld + missing + extra + different + unreadable === 0) return;
  for (const difference of report.details ?? []) console.log(' ', JSON.stringify(difference));
  process.exitCode = 1;
}
