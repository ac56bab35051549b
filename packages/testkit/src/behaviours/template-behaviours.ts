import type { Behaviour } from '../behaviour.ts';

export const templateBehaviours: readonly Behaviour[] = [
  {
    id: 'templates/laws',
    group: 'templates',
    name: 'ships templates that read back what they write',
    appliesTo: ({ harness }) => (harness.templates ? true : 'ships no mapping templates'),
    async run({ harness }) {
      await harness.templates?.();
    },
  },
];
