/** Instants are ISO UTC texts with seven fraction digits: text order is time order. */

const ticksPerMillisecond = 10_000;

/** `ticks` are the 100 ns below the millisecond, 0–9999. */
export function instantOf(milliseconds: number, ticks = 0): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(0, -1)}${String(ticks % ticksPerMillisecond).padStart(4, '0')}Z`;
}

/** The whole milliseconds; what is below them is lost, as in the V2 JSON format. */
export const millisecondsOf = (instant: string): number => Date.parse(`${instant.slice(0, 23)}Z`);

const isoPattern =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|[+-]\d{2}:\d{2})?$/;

/** Reads an ISO instant of any precision; without an offset it is UTC. `undefined` when it is none. */
export function parseInstant(text: string): string | undefined {
  const match = isoPattern.exec(text);
  if (!match) return undefined;
  const [, minutes, seconds = '00', fraction = '', offset = 'Z'] = match;
  const milliseconds = Date.parse(`${minutes}:${seconds}${offset}`);
  if (Number.isNaN(milliseconds)) return undefined;
  const base = new Date(milliseconds).toISOString().slice(0, 19);
  return `${base}.${fraction.slice(0, 7).padEnd(7, '0')}Z`;
}

/** Reads `YYYY-MM-DD` and refuses days that do not exist. */
export function parseDate(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const milliseconds = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  return new Date(milliseconds).toISOString().startsWith(text) ? text : undefined;
}

/** Reads `HH:MM:SS`, a fraction is dropped. */
export function parseTime(text: string): string | undefined {
  return /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?$/.test(text) ? text.slice(0, 8) : undefined;
}

/** Reads an XML duration below one day, such as `PT12H30M00S`. */
export function parseDayTime(text: string): string | undefined {
  const match = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.\d+)?S)?$/.exec(text);
  if (!match || text === 'PT') return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) =>
    (part ?? '0').padStart(2, '0'),
  );
  return parseTime(`${hours}:${minutes}:${seconds}`);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
