import type { Product } from '@common/connector-core';
import type { EntityWriter } from './entity-writer.ts';

/** The number is the writer's to choose, so creating a product twice changes it the second time. */
export function productWriter(language: string): EntityWriter {
  return {
    ownKey: (record) => (record as Product).productNumber,
    prepare(record) {
      const product = record as Product;
      const { description, descriptions } = product;
      return description && !descriptions
        ? { ...product, descriptions: [{ language: language.toLowerCase(), text: description }] }
        : product;
    },
    toCreate: (vendor) => vendor,
    toUpdate: (vendor) => vendor,
    deletions: () => [],
  };
}
