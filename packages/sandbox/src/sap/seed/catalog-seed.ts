import type { Service } from '../odata/model.ts';
import type { Store } from '../odata/store.ts';

/** What the catalogues list: the services of the model. */
export function seedCatalog(store: Store, services: readonly Service[]): void {
  for (const { id, title, path, odataVersion, namespace } of services) {
    if (id.startsWith('/IWFND/')) continue;
    if (odataVersion === 2) {
      store.table('catalogService').insert({
        ID: `Z${id}_0001`,
        Title: id,
        Description: title,
        Author: 'SAP',
        TechnicalServiceVersion: 1,
        TechnicalServiceName: `Z${id}`,
        ServiceUrl: path,
        MetadataUrl: `${path}/$metadata`,
        UpdatedDate: '2025-06-01T00:00:00.0000000Z',
      });
      continue;
    }
    const [, group = '', , , definition = '', version = ''] =
      path.split('/odata4/')[1]?.split('/') ?? [];
    store.table('catalogGroup').insert({ GroupId: group.toUpperCase(), Description: title });
    store.table('catalogGroupService').insert({
      GroupId: group.toUpperCase(),
      ServiceId: definition.toUpperCase(),
      ServiceVersion: version,
      ServiceUrl: `${path}/`,
      Description: namespace,
    });
  }
}
