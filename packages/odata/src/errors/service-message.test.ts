import { describe, expect, test } from 'vitest';
import { readServiceMessages } from './service-message.ts';

describe('messages that come with a success', () => {
  test('of the V2 header, details behind the first', () => {
    const header =
      '{"code":"A/1","message":"Gespeichert \\u00fc","severity":"success","target":"","details":[{"code":"","message":"B","target":"Name","severity":"warning"}]}';
    expect(readServiceMessages({ headers: { 'sap-message': header } })).toEqual([
      { code: 'A/1', message: 'Gespeichert ü', severity: 'success' },
      { code: '', message: 'B', severity: 'warning', target: 'Name' },
    ]);
  });

  test('of the V4 header and body', () => {
    expect(
      readServiceMessages({
        headers: { 'sap-messages': '[{"code":"C","message":"D","numericSeverity":3}]' },
        body: { SAP__Messages: [{ code: 'E', message: 'F', numericSeverity: 1, target: 'G' }] },
      }),
    ).toEqual([
      { code: 'C', message: 'D', severity: 'warning' },
      { code: 'E', message: 'F', severity: 'success', target: 'G' },
    ]);
  });

  test('of the XML header', () => {
    const header =
      '<notification xmlns="x"><code>A</code><message>B &amp; C&#39;s</message><severity>info</severity></notification>';
    expect(readServiceMessages({ headers: { 'sap-message': header } })).toEqual([
      { code: 'A', message: "B & C's", severity: 'info' },
    ]);
  });

  test.each(['', 'garbage', '{}', '[]', 'null', '{"message":7}'])('none in %j', (header) => {
    expect(readServiceMessages({ headers: { 'sap-message': header } })).toEqual([]);
  });
});
