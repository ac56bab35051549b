import { ConnectorError } from '@common/connector-core';
import { SaxesParser } from 'saxes';

const deepest = 64;

/** A start tag: local name, attributes with their prefixes. */
export interface XmlTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads XML as a stream of tags. Document types are refused, so entities cannot expand.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` for XML that is broken, too deep or has a DOCTYPE
 */
export async function readTags(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  handler: {
    readonly open: (tag: XmlTag) => void;
    readonly close: (name: string) => void;
  },
): Promise<void> {
  const parser = new SaxesParser();
  let depth = 0;
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > deepest) throw invalid(`nested deeper than ${deepest} levels`);
    handler.open({ name: localName(tag.name), attributes: tag.attributes });
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    handler.close(localName(tag.name));
  });
  parser.on('doctype', () => {
    throw invalid('with a DOCTYPE, which is not accepted');
  });
  parser.on('error', (error) => {
    throw invalid('broken', error);
  });
  const decoder = new TextDecoder();
  for await (const chunk of source) parser.write(decoder.decode(chunk, { stream: true }));
  parser.write(decoder.decode());
  parser.close();
}

/** Without the prefix: services choose it freely. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function invalid(what: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'configuration',
    message: `The XML of the service is ${what}; check that the service path is right.`,
    cause,
  });
}
