import { badRequest } from '../salesforce-error.ts';

/** The parts of a multipart body by their names. @throws SalesforceError INVALID_MULTIPART_REQUEST */
export function readMultipart(body: string, contentType: string): ReadonlyMap<string, string> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  const parts = new Map<string, string>();
  for (const part of boundary ? body.split(`--${boundary}`).slice(1, -1) : []) {
    const end = /\r?\n\r?\n/.exec(part);
    const name = /name="([^"]+)"/i.exec(part.slice(0, end?.index ?? 0))?.[1];
    if (!end || name === undefined) continue;
    parts.set(name, part.slice(end.index + end[0].length).replace(/\r?\n$/, ''));
  }
  if (!parts.has('job') || !parts.has('content')) {
    throw badRequest(
      'INVALID_MULTIPART_REQUEST',
      'A multipart request needs the parts "job" and "content"',
    );
  }
  return parts;
}
