import { describe, expect, test } from 'vitest';
import { formatQuery } from './query-options.ts';

describe('query options', () => {
  test('trap: a space is %20 and a plus %2B: V4 answers 400 to "+"', () => {
    const query = formatQuery({ filter: "Name eq 'a+b & c#d=e%'" }, 'v2');
    expect(query).toBe("$filter=Name%20eq%20'a%2Bb%20%26%20c%23d=e%25'");
    expect(new URLSearchParams(query).get('$filter')).toBe("Name eq 'a+b & c#d=e%'");
  });

  test('of V2 name nested navigations by path, and select what they expand', () => {
    expect(
      formatQuery(
        {
          select: ['PurchaseOrder'],
          expand: { to_Item: { select: ['Net'], expand: ['to_ScheduleLine'] }, to_Note: {} },
          orderBy: ['A', 'B desc'],
          top: 5,
          skip: 0,
          count: true,
        },
        'v2',
      ),
    ).toBe(
      '$select=PurchaseOrder,to_Item/Net,to_Item/to_ScheduleLine,to_Note&$expand=to_Item,to_Item/to_ScheduleLine,to_Note&$orderby=A,B%20desc&$top=5&$skip=0&$inlinecount=allpages',
    );
  });

  test('of V2 without a selection expand only', () => {
    expect(formatQuery({ expand: ['to_Item/to_ScheduleLine'] }, 'v2')).toBe(
      '$expand=to_Item/to_ScheduleLine',
    );
  });

  test('of V4 nest options in parentheses', () => {
    const expand = {
      _Item: {
        select: ['Net'],
        filter: "Text eq 'a&b'",
        orderBy: ['Net desc'],
        top: 2,
        expand: { _Line: {} },
      },
      _Partner: {},
    };
    expect(decodeURIComponent(formatQuery({ select: ['A', 'B'], expand, count: true }, 'v4'))).toBe(
      "$select=A,B&$expand=_Item($select=Net;$filter=Text eq 'a&b';$orderby=Net desc;$top=2;$expand=_Line),_Partner&$count=true",
    );
  });

  test('of one’s own are encoded, names too', () => {
    expect(formatQuery({ custom: { '!deltatoken': "'a b'", 'cross-company': 'true' } }, 'v4')).toBe(
      "!deltatoken='a%20b'&cross-company=true",
    );
  });

  test('that say nothing are left out', () => {
    expect(formatQuery({ select: [], filter: '', orderBy: [], count: false }, 'v2')).toBe('');
  });
});
