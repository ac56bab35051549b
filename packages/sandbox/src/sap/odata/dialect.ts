import type { ODataCall } from './call.ts';
import {
  compileWriterV2,
  compileWriterV4,
  type EntityWriter,
  type WriterContext,
} from './entity-writer.ts';
import type { SapMessage } from './fault.ts';
import type { EntitySet } from './model.ts';
import type { Selection } from './query-options.ts';
import { quote, type WireFormat, wireV2, wireV4, wireV4Strings } from './wire.ts';

interface CollectionBody {
  readonly set: EntitySet;
  readonly entities: readonly string[];
  readonly count: number | undefined;
  readonly nextLink: string | undefined;
}

/** What differs between the two versions in a JSON answer. */
export interface Dialect {
  readonly wire: WireFormat;
  readonly headers: Readonly<Record<string, string>>;
  /** `messages` are those of the call; only V4 has them in the entity. */
  compileWriter(
    context: WriterContext,
    set: EntitySet,
    selection: Selection,
    messages?: readonly SapMessage[],
  ): EntityWriter;
  collection(body: CollectionBody): string;
  entity(text: string, set: EntitySet): string;
  property(name: string, text: string): string;
}

const dialectV2: Dialect = {
  wire: wireV2,
  headers: { 'content-type': 'application/json;charset=utf-8', dataserviceversion: '2.0' },
  compileWriter: compileWriterV2,
  collection({ entities, count, nextLink }) {
    const countText = count === undefined ? '' : `"__count":"${count}",`;
    const next = nextLink === undefined ? '' : `,"__next":${quote(nextLink)}`;
    return `{"d":{${countText}"results":[${entities.join()}]${next}}}`;
  },
  entity: (text) => `{"d":${text}}`,
  property: (name, text) => `{"d":{"${name}":${text}}}`,
};

function createDialectV4(wire: WireFormat, format: string): Dialect {
  return {
    wire,
    headers: { 'content-type': `application/json;${format};charset=utf-8`, 'odata-version': '4.0' },
    compileWriter: compileWriterV4,
    collection({ set, entities, count, nextLink }) {
      const countText = count === undefined ? '' : `"@odata.count":${count},`;
      const next = nextLink === undefined ? '' : `,"@odata.nextLink":${quote(nextLink)}`;
      return `{"@odata.context":"$metadata#${set.name}",${countText}"value":[${entities.join()}]${next}}`;
    },
    entity: (text, set) =>
      `{"@odata.context":"$metadata#${set.name}/$entity"${text === '{}' ? '}' : `,${text.slice(1)}`}`,
    property: (name, text) => `{"@odata.context":"$metadata#${name}","value":${text}}`,
  };
}

const dialectV4 = createDialectV4(wireV4, 'odata.metadata=minimal');
const dialectV4Strings = createDialectV4(
  wireV4Strings,
  'odata.metadata=minimal;IEEE754Compatible=true',
);

const wantsStrings = (header: string | undefined): boolean =>
  /IEEE754Compatible=true/i.test(header ?? '');

/** The dialect that an answer to this call is written in. */
export function dialectOf(call: ODataCall): Dialect {
  if (call.service.odataVersion === 2) return dialectV2;
  return wantsStrings(call.headers.accept) ? dialectV4Strings : dialectV4;
}

/** The form that the call's body is written in; it may differ from that of the answer. */
export function bodyWireOf(call: ODataCall): WireFormat {
  if (call.service.odataVersion === 2) return wireV2;
  return wantsStrings(call.headers['content-type']) ? wireV4Strings : wireV4;
}
