import { type Check, check, someText } from './check.ts';
import { parsePath } from './field-path.ts';
import { parseScopedPath } from './scoped-path.ts';

const parsedBy = (parse: (text: string) => object): Check =>
  check((value, at, problems) => {
    someText(value, at, problems);
    if (typeof value !== 'string' || value === '') return;
    const parsed = parse(value);
    if ('problem' in parsed) problems.push({ path: at, message: String(parsed.problem) });
  }, someText.schema);

/** The path of a field. */
export const path: Check = parsedBy(parsePath);

/** A path that may begin in the record around a list. */
export const scopedPath: Check = parsedBy(parseScopedPath);
