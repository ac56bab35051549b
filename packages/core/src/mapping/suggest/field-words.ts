import { emptyWords, shortNames, wordsByMeaning } from './business-terms.ts';
import { withoutCustomerMark } from './customer-field.ts';

const meanings: ReadonlyMap<string, string> = new Map(
  Object.entries(wordsByMeaning).flatMap(([meaning, words]) =>
    words.split(' ').map((word) => [word, meaning] as const),
  ),
);
const empty = new Set(emptyWords.split(' '));
const short = new Map(Object.entries(shortNames));
const longestPhrase = 4;
// Longer ones are no words, and would take long to take apart.
const longestCompound = 60;
// What German puts between the parts of a compound.
const joints = ['', 's', 'n', 'en', 'er', 'es', 'e'];

/**
 * What a name or label says, as meanings of {@link wordsByMeaning}; words that nobody knows stand for
 * themselves. `PurchaseOrderQuantityUnit`, `DOC_DATE`, `MATNR`, `Bestelldatum`, `Ship_To_City__c`.
 */
export function meaningsOf(name: string): readonly string[] {
  const raw = rawWords(withoutCustomerMark(name));
  const words = raw.flatMap((word) => {
    const known = short.get(word);
    return known !== undefined ? known.split(' ') : (word.match(/[a-z]+|\d+/g) ?? []);
  });
  const found: string[] = [];
  for (let at = 0; at < words.length; ) {
    const [meaning, length] = phraseAt(words, at);
    if (meaning === undefined) found.push(...meaningsOfWord(words[at] as string));
    else found.push(meaning);
    at += length;
  }
  return [...new Set(found)];
}

/** Lower-case words, umlauts written out, digits left on the word that they follow. */
function rawWords(name: string): readonly string[] {
  const folded = name
    .replaceAll(/[äÄ]/g, (letter) => (letter === 'ä' ? 'ae' : 'Ae'))
    .replaceAll(/[öÖ]/g, (letter) => (letter === 'ö' ? 'oe' : 'Oe'))
    .replaceAll(/[üÜ]/g, (letter) => (letter === 'ü' ? 'ue' : 'Ue'))
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
  const words = folded.match(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}

/** The longest phrase that begins at a word, and how many words it has. */
function phraseAt(words: readonly string[], at: number): readonly [string | undefined, number] {
  for (let length = Math.min(longestPhrase, words.length - at); length > 1; length -= 1) {
    const meaning = meanings.get(words.slice(at, at + length).join('_'));
    if (meaning !== undefined) return [meaning, length];
  }
  return [undefined, 1];
}

function meaningsOfWord(word: string): readonly string[] {
  if (empty.has(word) || word === '1') return [];
  const known = knownMeaning(word);
  if (known !== undefined) return [known];
  return (word.length >= 6 && word.length <= longestCompound ? partsOf(word) : undefined) ?? [word];
}

/** The meaning of a word, or of what it is without its ending. */
function knownMeaning(word: string): string | undefined {
  const own = meanings.get(word);
  if (own !== undefined || word.length < 4) return own;
  for (const ending of ['s', 'es', 'n', 'en', 'e', 'er']) {
    if (!word.endsWith(ending)) continue;
    const meaning = meanings.get(word.slice(0, -ending.length));
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}

/** A compound taken apart into known words (`lieferantennummer`, `trandate`), or `undefined`. */
function partsOf(word: string): readonly string[] | undefined {
  // The fewest parts that lead to each place in the word.
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end += 1) {
    for (let start = 0; start < end; start += 1) {
      const before = best[start];
      if (before === undefined) continue;
      const meaning = meaningOfPart(word.slice(start, end), end === word.length);
      if (meaning === undefined) continue;
      const current = best[end];
      if (current === undefined || before.length + 1 < current.length) {
        best[end] = [...before, meaning];
      }
    }
  }
  return best[word.length];
}

function meaningOfPart(part: string, isLast: boolean): string | undefined {
  for (const joint of joints) {
    if (!part.endsWith(joint)) continue;
    const stem = part.slice(0, part.length - joint.length);
    const isLongEnough = stem.length >= 4 || (stem.length >= 2 && isLast && stem === part);
    const meaning = isLongEnough ? meanings.get(stem) : undefined;
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}
