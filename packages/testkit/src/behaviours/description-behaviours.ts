import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import { expectConnectorError } from '../expect-error.ts';
import { changePages, listPages } from '../reading.ts';

const unknownEntity = 'noSuchEntity';

export const descriptionBehaviours: readonly Behaviour[] = [
  {
    id: 'description/fields',
    group: 'description',
    name: 'describes the fields of every entity',
    perEntity: true,
    async run({ stage, entity }) {
      const description = await (await stage()).connector.describe(entity);
      ensure(description.entity === entity, `describe answered for "${description.entity}"`);
      ensure(description.nativeName !== '', 'The description has no nativeName');
      ensure(description.key.length > 0, 'The description names no key');
      ensure(description.fields.length > 0, 'The description has no fields');
      const names = description.fields.map((field) => field.name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      ensure(twice === undefined, `The field "${twice}" is described twice`);
      for (const { name, type } of description.fields) {
        ensure(name !== '' && type !== '', `The field "${name}" has no name or no type`);
      }
    },
  },
  {
    id: 'description/same-twice',
    group: 'description',
    name: 'describes an entity the same way every time',
    perEntity: true,
    async run({ stage, entity }) {
      const { connector, another } = await stage();
      const first = JSON.stringify(await connector.describe(entity));
      for (const asked of [connector, await another()]) {
        const again = JSON.stringify(await asked.describe(entity));
        ensure(first === again, `First ${first.slice(0, 300)}, then ${again.slice(0, 300)}`);
      }
    },
  },
  {
    id: 'description/unknown-entity',
    group: 'description',
    name: 'refuses an unknown entity and names the known ones, in every method',
    async run({ stage, entity, entityHarness }) {
      const { connector } = await stage();
      const calls: Record<string, () => Promise<unknown>> = {
        describe: () => connector.describe(unknownEntity),
        get: () => connector.get(unknownEntity, entityHarness.missingKey),
        list: () => listPages(connector, unknownEntity),
      };
      if (connector.changes) calls.changes = () => changePages(connector, unknownEntity);
      if (connector.find) calls.find = () => connector.find!(unknownEntity, { id: '1' });
      if (connector.write) {
        calls.write = () => connector.write!(unknownEntity, [{ op: 'upsert', record: {} }]);
      }
      for (const [method, call] of Object.entries(calls)) {
        const error = await expectConnectorError(call, { code: 'ERR_UNKNOWN_ENTITY' });
        ensure(
          error.message.includes(entity),
          `The error of ${method} must name the known entities: ${error.message}`,
        );
      }
    },
  },
];
