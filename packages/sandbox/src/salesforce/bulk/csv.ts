import Papa from 'papaparse';

export const delimiters = {
  COMMA: ',',
  TAB: '\t',
  SEMICOLON: ';',
  PIPE: '|',
  CARET: '^',
  BACKQUOTE: '`',
} as const;

export type Delimiter = keyof typeof delimiters;
export type LineEnding = 'LF' | 'CRLF';

/** How the data of a job are written. */
export interface CsvFormat {
  readonly columnDelimiter: Delimiter;
  readonly lineEnding: LineEnding;
}

const newline = (format: CsvFormat): '\n' | '\r\n' =>
  format.lineEnding === 'CRLF' ? '\r\n' : '\n';

/** Whether the first line ends as the job says it does. */
export function hasLineEnding(text: string, format: CsvFormat): boolean {
  const end = text.indexOf('\n');
  return end < 0 || (text[end - 1] === '\r') === (format.lineEnding === 'CRLF');
}

const byteOrderMark = '\uFEFF';

/** The rows of a CSV, the header first. A byte order mark is a part of the first column's name. */
export function readCsv(text: string, format: CsvFormat): readonly (readonly string[])[] {
  const { data } = Papa.parse<string[]>(text, {
    delimiter: delimiters[format.columnDelimiter],
    skipEmptyLines: true,
  });
  const [header, ...rows] = data;
  if (!header || !text.startsWith(byteOrderMark)) return data;
  return [[`${byteOrderMark}${header[0]}`, ...header.slice(1)], ...rows];
}

/** Writes rows, every value in quotes, with a line ending after each. */
export function writeCsv(rows: readonly (readonly string[])[], format: CsvFormat): string {
  const options = {
    delimiter: delimiters[format.columnDelimiter],
    newline: newline(format),
    quotes: true,
  };
  return Papa.unparse(rows as string[][], options) + newline(format);
}
