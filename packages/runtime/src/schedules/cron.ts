import { ConnectorError } from '@common/connector-core';
import { Cron } from 'croner';

/** When something happens again and again. */
export interface Recurrence {
  /** The first instant after another, milliseconds since the Unix epoch; `undefined`: never again. */
  after(instantMs: number): number | undefined;
}

/**
 * Reads a cron expression of five fields, or six with seconds first. Daylight saving is that of Vixie
 * cron: a time of day that is skipped comes right after the gap, one that happens twice counts once;
 * steps and wildcards (every 10 minutes) go on in real time.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for an expression or a time zone that is none
 */
export function recurrence(cron: string, timeZone: string): Recurrence {
  checkTimeZone(timeZone);
  const expression = cron.trim();
  const fields = expression.split(/\s+/).length;
  if (fields !== 5 && fields !== 6 && !/^@[a-z]+$/.test(expression)) throw unusable(cron);
  let parsed: Cron;
  try {
    parsed = new Cron(expression, {
      paused: true,
      timezone: timeZone,
      mode: '5-or-6-parts',
      fixedTimeRule: 'no-wildcard',
    });
  } catch (cause) {
    throw unusable(cron, cause);
  }
  return {
    after: (instantMs) => parsed.nextRun(new Date(instantMs))?.getTime(),
  };
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The time zone "${timeZone}" is not known. Give a name such as Europe/Berlin or UTC.`,
      path: 'timeZone',
      cause,
    });
  }
}

function unusable(cron: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `"${cron}" is no cron expression. Give minute, hour, day of month, month and day of week, for example "*/15 6-20 * * 1-5".`,
    path: 'cron',
    cause,
  });
}
