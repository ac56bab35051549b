/** Where vendors write the id that they gave a request; the last two are those of Entra and Intuit. */
const names = [
  'x-request-id',
  'request-id',
  'x-correlation-id',
  'correlation-id',
  'x-ms-request-id',
  'intuit_tid',
];

/** The id that the vendor gave a request, for its support. */
export const requestIdOf = (headers: Readonly<Record<string, string>>): string | undefined =>
  names.map((name) => headers[name]).find((id) => id !== undefined);
