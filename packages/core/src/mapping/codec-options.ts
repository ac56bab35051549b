import type { BooleanCodecOptions } from './codecs/boolean-codec.ts';
import type { CurrencyCodecOptions } from './codecs/currency-codec.ts';
import type { DateCodecOptions } from './codecs/date-codec.ts';
import type { DecimalCodecOptions } from './codecs/decimal-codec.ts';
import type { EnumCodecOptions } from './codecs/enum-codec.ts';
import type { FlagCodecOptions } from './codecs/flag-codec.ts';
import type { InstantCodecOptions } from './codecs/instant-codec.ts';
import type { IntegerCodecOptions } from './codecs/integer-codec.ts';
import type { JsonCodecOptions } from './codecs/json-codec.ts';
import type { ListCodecOptions } from './codecs/list-codec.ts';
import type { LookupCodecOptions } from './codecs/lookup-codec.ts';
import type { OwnCodecOptions } from './codecs/own-codec.ts';
import type { QuantityCodecOptions } from './codecs/quantity-codec.ts';
import type { ReferenceCodecOptions } from './codecs/reference-codec.ts';
import type { TextCodecOptions } from './codecs/text-codec.ts';
import type { TimeCodecOptions } from './codecs/time-codec.ts';
import type { UnitCodecOptions } from './codecs/unit-codec.ts';

/** How one value is converted, as data in a template. */
export type CodecOptions =
  | TextCodecOptions
  | DecimalCodecOptions
  | IntegerCodecOptions
  | BooleanCodecOptions
  | FlagCodecOptions
  | DateCodecOptions
  | TimeCodecOptions
  | InstantCodecOptions
  | EnumCodecOptions
  | LookupCodecOptions
  | CurrencyCodecOptions
  | UnitCodecOptions
  | ReferenceCodecOptions
  | QuantityCodecOptions
  | ListCodecOptions
  | JsonCodecOptions
  | OwnCodecOptions;
