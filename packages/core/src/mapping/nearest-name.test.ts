import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['decmal', 'decimal'],
    ['Canonical', 'canonical'],
    ['vendorDefualt', 'vendorDefault'],
    ['purchaseOrdr', 'purchaseOrder'],
  ])('of %s is %s', (name, expected) => {
    const known = ['vendor', 'canonical', 'decimal', 'vendorDefault', 'purchaseOrder', 'date'];
    expect(nearestName(name, known)).toBe(expected);
  });

  it('is none when nothing is near', () => {
    expect(nearestName('xyz', ['canonical', 'decimal'])).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it('names the nearest, else what there is, else nothing', () => {
    expect(didYouMean('dat', ['date', 'text'])).toBe(' Did you mean "date"?');
    expect(didYouMean('nothing like it', ['date', 'text'])).toBe(' Known: date, text.');
    expect(didYouMean('x', [])).toBe('');
  });
});
