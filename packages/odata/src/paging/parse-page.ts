import { type HttpResponse, parseJson } from '@common/connector-core';
import type { ODataVersion } from '../literals/edm-type.ts';

// A quote inside a JSON text stands behind a backslash, so these only match members; none with an ETag,
// which somebody reads.
const flatObject = String.raw`\{[^{}"]*(?:"(?!etag")[^"\\]*"[^{}"]*)*\}`;
const metadata = new RegExp(`(?<=[{,])"__metadata":${flatObject},?`, 'g');
const deferred = new RegExp(String.raw`,"\w+":\{"__deferred":${flatObject}\}`, 'g');

/**
 * Parses a page. In V2, `__metadata` and `__deferred` are a quarter to a half of it and only cost
 * time: they are cut out before, where no ETag is among them.
 *
 * @throws ConnectorError `ERR_UNEXPECTED_CONTENT` or `ERR_INVALID_RESPONSE` when it is no JSON
 */
export function parsePage(response: HttpResponse, version: ODataVersion): unknown {
  if (version === 'v4') return response.json();
  const text = response.text();
  // Records of a page are alike: its beginning tells what there is to cut out.
  const beginning = text.slice(0, 65_536);
  if (!beginning.includes('"__metadata":{')) return response.json();
  const links = beginning.includes('"__deferred":{') ? text.replace(deferred, '') : text;
  try {
    return parseJson(links.replace(metadata, ''));
  } catch {
    // Written in another way than all known servers do: read as it is.
    return response.json();
  }
}
