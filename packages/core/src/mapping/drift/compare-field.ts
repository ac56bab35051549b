import type { CodecOptions } from '../codec-options.ts';
import type { FieldFacts } from './fingerprint.ts';
import { type Severity, typeChange } from './type-change.ts';
import type { FieldUse } from './used-fields.ts';

/** A fact of a field that is another one now. */
export interface FactChange {
  readonly fact: keyof FieldFacts;
  readonly severity: Severity;
  /** In words: what it means to the templates. */
  readonly why: string;
}

/** What the changes of a field mean to templates that use it so. */
export function compareField({
  was,
  is,
  use,
  isEntityWritten,
}: {
  readonly was: FieldFacts;
  readonly is: FieldFacts;
  readonly use: FieldUse;
  /** Whether the templates write any field of the same record. */
  readonly isEntityWritten: boolean;
}): readonly FactChange[] {
  const isChanged = (fact: keyof FieldFacts) => was[fact] !== is[fact];
  return [
    isChanged('type') ? typeFinding(was, is) : undefined,
    isChanged('maxLength') ? lengthFinding(was, is, use) : undefined,
    isChanged('precision') || isChanged('scale') ? digitsFinding(was, is, use) : undefined,
    isChanged('nullable') ? nullableFinding(is, use, isEntityWritten) : undefined,
    isChanged('creatable') ? creatableFinding(is, use) : undefined,
    isChanged('updatable') ? updatableFinding(is, use) : undefined,
  ].filter((finding) => finding !== undefined);
}

function typeFinding(was: FieldFacts, is: FieldFacts): FactChange {
  const severity = typeChange(was.type, is.type);
  const why = {
    safe: 'the new type holds every value of the old one, in the same form',
    narrowing: 'values may not fit, or come in another form; look at the codec',
    breaking: 'the values look different; the codec cannot read them',
  }[severity];
  return { fact: 'type', severity, why };
}

function lengthFinding(
  was: FieldFacts,
  is: FieldFacts,
  { isWritten, codecs }: FieldUse,
): FactChange {
  const fact = 'maxLength';
  const length = is.maxLength ?? Number.POSITIVE_INFINITY;
  if (length > (was.maxLength ?? Number.POSITIVE_INFINITY)) {
    return { fact, severity: 'safe', why: 'longer values fit' };
  }
  if (!isWritten) return { fact, severity: 'safe', why: 'the field is only read' };
  const longest = codecs.map((codec) => (codec.kind === 'text' ? codec.maxLength : undefined));
  if (longest.length > 0 && longest.every((limit) => limit !== undefined && limit <= length)) {
    return { fact, severity: 'safe', why: 'the codec never writes longer values' };
  }
  const why = 'longer values are refused by the vendor; lower maxLength in the codec';
  return { fact, severity: 'narrowing', why };
}

const wholeDigits = ({ precision, scale = 0 }: FieldFacts) =>
  precision === undefined ? Number.POSITIVE_INFINITY : precision - scale;
const places = ({ scale, precision }: FieldFacts) =>
  // Without both, nothing is limited.
  scale ?? (precision === undefined ? Number.POSITIVE_INFINITY : 0);

function digitsFinding(was: FieldFacts, is: FieldFacts, use: FieldUse): FactChange {
  const fact = was.precision === is.precision ? 'scale' : 'precision';
  const isTighter = wholeDigits(is) < wholeDigits(was) || places(is) < places(was);
  if (isTighter && use.isWritten) {
    const why = 'larger or finer values are refused by the vendor; adapt precision and scale';
    return { fact, severity: 'narrowing', why };
  }
  if (
    use.isRead &&
    places(is) > places(was) &&
    use.codecs.some((codec) => isFinerThan(codec, is))
  ) {
    const why = 'values with more places than the codec has are refused when they are read';
    return { fact, severity: 'narrowing', why };
  }
  const why = isTighter ? 'the field is only read' : 'larger or finer values fit';
  return { fact, severity: 'safe', why };
}

/** Whether a field may hold more places than an exact codec takes. */
function isFinerThan(codec: CodecOptions, field: FieldFacts): boolean {
  if (codec.kind !== 'decimal' || (codec.rounding ?? 'exact') !== 'exact') return false;
  return typeof codec.scale === 'number' && codec.scale < places(field);
}

function nullableFinding(is: FieldFacts, use: FieldUse, isEntityWritten: boolean): FactChange {
  const fact = 'nullable';
  if (is.nullable) {
    return use.isRequiredToRead
      ? { fact, severity: 'narrowing', why: 'records without it are refused when they are read' }
      : { fact, severity: 'safe', why: 'the template does not need it' };
  }
  if (!use.isWritten) {
    return isEntityWritten && is.creatable
      ? { fact, severity: 'breaking', why: 'creates need it now, and the template never sends it' }
      : { fact, severity: 'safe', why: 'the field is only read' };
  }
  return use.isAlwaysWritten
    ? { fact, severity: 'safe', why: 'the template always sends it' }
    : {
        fact,
        severity: 'narrowing',
        why: 'records without it are refused by the vendor; make it required or give a vendorDefault',
      };
}

function creatableFinding(is: FieldFacts, use: FieldUse): FactChange {
  const fact = 'creatable';
  if (is.creatable) return { fact, severity: 'safe', why: 'creates may send it now' };
  return use.isWritten
    ? {
        fact,
        severity: 'breaking',
        why: 'creates that send it are refused; set direction "decode"',
      }
    : { fact, severity: 'safe', why: 'the field is only read' };
}

function updatableFinding(is: FieldFacts, use: FieldUse): FactChange {
  const fact = 'updatable';
  if (is.updatable) return { fact, severity: 'safe', why: 'updates may send it now' };
  return use.isWritten
    ? { fact, severity: 'narrowing', why: 'updates that change it are refused or ignored' }
    : { fact, severity: 'safe', why: 'the field is only read' };
}
