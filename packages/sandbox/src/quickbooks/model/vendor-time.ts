/** How QuickBooks writes instants: with the offset of the company's region. */
export interface VendorTime {
  /** `2026-01-05T00:00:00-08:00`, as in MetaData. */
  toSecond(milliseconds: number): string;
  /** `2026-01-05T00:00:00.000-08:00`, as in `time` of an answer. */
  toMillisecond(milliseconds: number): string;
  /** `2026-01-05T00:00:00-0800`, as in legacy webhooks. */
  toCompact(milliseconds: number): string;
  /** `2026-01-05`. */
  toDate(milliseconds: number): string;
}

const quarterHourMs = 15 * 60_000;

/** @param timeZone - IANA name; summer time is followed */
export function createVendorTime(timeZone: string): VendorTime {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  let cachedQuarter = Number.NaN;
  let cachedOffset = '+00:00';

  const offsetAt = (milliseconds: number): string => {
    const quarter = Math.floor(milliseconds / quarterHourMs);
    if (quarter === cachedQuarter) return cachedOffset;
    const part = format.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName');
    cachedQuarter = quarter;
    cachedOffset = /[+-]\d\d:\d\d/.exec(part?.value ?? '')?.[0] ?? '+00:00';
    return cachedOffset;
  };

  const local = (milliseconds: number): { readonly iso: string; readonly offset: string } => {
    const offset = offsetAt(milliseconds);
    const [hours, minutes] = offset.slice(1).split(':').map(Number);
    const shift = (hours! * 60 + minutes!) * 60_000 * (offset.startsWith('-') ? -1 : 1);
    return { iso: new Date(milliseconds + shift).toISOString(), offset };
  };

  return {
    toSecond(milliseconds) {
      const { iso, offset } = local(milliseconds);
      return iso.slice(0, 19) + offset;
    },
    toMillisecond(milliseconds) {
      const { iso, offset } = local(milliseconds);
      return iso.slice(0, 23) + offset;
    },
    toCompact(milliseconds) {
      const { iso, offset } = local(milliseconds);
      return iso.slice(0, 19) + offset.replace(':', '');
    },
    toDate: (milliseconds) => local(milliseconds).iso.slice(0, 10),
  };
}
