import { defineService, toMany, toOne } from '../odata/define.ts';

const readOnly = { isCreatable: false, isUpdatable: false, isDeletable: false } as const;

/** V2 catalogue of activated services (sap.md 1.1); no special role needed. */
export const catalogService = defineService({
  id: '/IWFND/CATALOGSERVICE',
  title: 'Service Catalogue',
  odataVersion: 2,
  path: '/sap/opu/odata/IWFND/CATALOGSERVICE',
  namespace: 'CATALOGSERVICE',
  sets: [
    {
      name: 'ServiceCollection',
      typeName: 'Service',
      table: 'catalogService',
      ...readOnly,
      properties: `
        ID S60 key
        Description S60
        Title S40
        Author S12
        TechnicalServiceVersion I32
        MetadataUrl S255
        TechnicalServiceName S35
        ServiceUrl S255
        UpdatedDate DTO
      `,
    },
  ],
});

/** V4 catalogue: service groups and their services. */
export const catalogV4Service = defineService({
  id: '/IWFND/CATALOG_V4',
  title: 'Service Catalogue V4',
  odataVersion: 4,
  path: '/sap/opu/odata4/iwfnd/config/default/iwfnd/catalog/0002',
  namespace: 'com.sap.gateway.default.iwfnd.catalog.v0002',
  sets: [
    {
      name: 'ServiceGroups',
      typeName: 'ServiceGroup',
      table: 'catalogGroup',
      ...readOnly,
      properties: `
        GroupId S40 key
        Description S60
      `,
      navigations: [toOne('DefaultSystem', 'DefaultSystem', 'GroupId')],
    },
    {
      name: 'DefaultSystem',
      typeName: 'DefaultSystem',
      table: 'catalogGroup',
      ...readOnly,
      properties: `
        GroupId S40 key
      `,
      navigations: [toMany('Services', 'Services', 'GroupId')],
    },
    {
      name: 'Services',
      typeName: 'Service',
      table: 'catalogGroupService',
      ...readOnly,
      properties: `
        GroupId S40 key
        ServiceId S40 key
        ServiceVersion S4 key
        ServiceUrl S255
        Description S60
      `,
    },
  ],
});
