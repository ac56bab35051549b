/** Words with a capital that Intuit uses itself. Any other may be the name of somebody. */
const ownWords = new Set(
  'A Account Accounts Address Amount An API Asset Balance Bill Business Category Class Credit Currency Customer Date Debit Department Deposit Discount Duplicate Element Email Employee Error Estimate Exchange Expense If Income Inventory Invalid Invoice Is It Item Items Journal Line Make Max Min Missing Name No Number Object Payable Payment Please Price Property Purchase QuickBooks Quantity Rate Receivable Reference Request Required Sales Select Something Subtotal Tax Term The This To Total Transaction Type Unable Unexpected Unsupported Validation Value Vendor You Your'.split(
    ' ',
  ),
);
const lowerWord = /^[a-z][a-z'’-]*$/;
const isOwn = (word: string): boolean => ownWords.has(word) || apiName.test(word);
const apiName =
  /^(?:[A-Z][a-z]+)+(?:Ref|Amt|Date|Detail|Type|Num|Number|Name|Qty|Addr|Code|Id|Price)$/;

/** `Supplied value:amy`: what stands behind a colon is a value, unless Intuit's own words go on there. */
const valueBehind = /[:=]\s*([^\s.;,:=]*)[^.;,]*/g;

/**
 * What may be shown of a Fault's Detail: Intuit's own words. Names, numbers and texts of records become
 * `…`, for the Detail quotes them.
 */
export function safeDetail(detail: string | undefined): string | undefined {
  if (detail === undefined) return undefined;
  const words = detail
    .slice(0, 400)
    .replace(/"[^"]*"?|(?<!\w)'[^']*'?/g, ' ')
    .replace(valueBehind, (whole, first: string) => (isOwn(first) ? whole : ' … '))
    .split(/[\s=:/]+/)
    .map((word) => word.replace(/^[^\w]+|[^\w]+$/g, ''))
    .filter((word) => word !== '');
  const shown = words.map((word) => (lowerWord.test(word) || isOwn(word) ? word : '…'));
  const text = shown.filter((word, index) => word !== '…' || shown[index - 1] !== '…').join(' ');
  // Less than a few words in a row say nothing.
  return /(?:[\w'’-]+ ){2}[\w'’-]+/.test(text) ? text : undefined;
}
