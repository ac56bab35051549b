/** A value between words that stay. */
const enclosed: readonly (readonly [RegExp, string])[] = [
  // What is asked for is repeated before the place of the mistake, with the values of the query.
  [/^[\s\S]*?(ERROR at Row:\d+:Column:\d+)/i, '$1'],
  [/(data value too large:) [\s\S]*( \(max length=\d+\))/gi, '$1 …$2'],
  [/(foreign key external id:) [\s\S]*( not found for field \w+ in entity \w+)/gi, '$1 …$2'],
];

/** Words behind which there is a value, and nothing else that helps. */
const leading: readonly RegExp[] = [
  /bad value for [\w ]+:/i,
  /invalid email address/i,
  /invalid (?:date|datetime|number)\b/i,
  /value not of required type/i,
  /value outside of valid range on numeric field/i,
  /id value of incorrect type/i,
  /cannot deserialize instance of \w+ from \w+ value/i,
  /deserialization failed on token/i,
  /unrecognized token/i,
  /unexpected token/i,
  /invalid id field/i,
];

/** What Salesforce says, without the values that some messages repeat: they may be personal. */
export function withoutValues(message: string): string {
  let shown = message.slice(0, 5_000);
  for (const [pattern, kept] of enclosed) shown = shown.replace(pattern, kept);
  const ends = leading.flatMap((words) => {
    const found = words.exec(shown);
    return found === null ? [] : [found.index + found[0].length];
  });
  if (ends.length > 0) shown = `${shown.slice(0, Math.min(...ends)).replace(/:$/, '')}: …`;
  return shown.slice(0, 500);
}

const fieldPatterns: readonly RegExp[] = [
  /duplicate value found: (\w+) duplicates value/i,
  /no such column '(\w+)'/i,
  /not found for field (\w+) in entity \w+/i,
];

/** Some complaints name their field in the text only. */
export function fieldNamedIn(message: string): string | undefined {
  const text = message.slice(0, 5_000);
  for (const pattern of fieldPatterns) {
    const [, field] = pattern.exec(text) ?? [];
    if (field !== undefined) return field;
  }
  return undefined;
}
