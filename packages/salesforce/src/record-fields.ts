import { z } from 'zod';

const text = z.string();

/** Fields that every record of an entity of this connector has. */
export const recordFields = {
  source: z
    .strictObject({
      system: text,
      entity: text,
      key: text,
      revision: text.optional(),
    })
    .optional(),
  custom: z.record(z.string(), z.json()).optional(),
  changedAt: z.iso.datetime().optional(),
};
