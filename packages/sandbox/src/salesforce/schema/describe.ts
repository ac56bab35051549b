import type { Field, ObjectType, Schema } from './schema.ts';

const soapTypes: Readonly<Record<string, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  address: 'urn:address',
};
const isText = ({ type }: Field): boolean => soapTypes[type] === undefined || type === 'reference';

const describePicklist = (field: Field) =>
  (field.picklist ?? []).map((value) => ({
    active: true,
    defaultValue: value === field.defaultValue,
    label: value,
    validFor: null,
    value,
  }));

function describeField(field: Field) {
  const isNumber = field.precision > 0;
  const isLong = field.type === 'textarea' && field.length > 255;
  const isAddress = field.type === 'address';
  return {
    aggregatable: isText(field) || isNumber,
    aiPredictionField: false,
    autoNumber: field.autoNumber !== undefined,
    byteLength:
      isText(field) || field.type === 'id' ? field.length * (field.type === 'id' ? 1 : 3) : 0,
    calculated: field.compute !== undefined && field.isCustom,
    calculatedFormula: null,
    cascadeDelete: field.onParentDelete === 'cascade',
    caseSensitive: field.caseSensitive ?? false,
    compoundFieldName: field.compoundFieldName ?? null,
    controllerName: null,
    createable: field.createable,
    custom: field.isCustom,
    defaultValue: field.defaultValue ?? null,
    defaultValueFormula: null,
    defaultedOnCreate: field.defaultValue !== undefined || field.name === 'OwnerId',
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? field.precision : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: field.externalId ?? false,
    extraTypeInfo: null,
    filterable: !isLong && !isAddress,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: isText(field) && !isLong,
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: field.externalId === true || field.type === 'id',
    inlineHelpText: null,
    label: field.label,
    length: isText(field) || field.type === 'id' ? field.length : 0,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: field.nameField ?? false,
    namePointing: false,
    nillable: !field.required && field.type !== 'boolean' && field.createable,
    permissionable: !field.required && field.createable,
    picklistValues: describePicklist(field),
    polymorphicForeignKey: (field.referenceTo?.length ?? 0) > 1,
    precision: field.type === 'int' ? 0 : field.precision,
    queryByDistance: isAddress,
    referenceTargetField: null,
    referenceTo: field.referenceTo ?? [],
    relationshipName: field.relationshipName ?? null,
    relationshipOrder: null,
    restrictedDelete: field.onParentDelete === 'restrict',
    restrictedPicklist: field.restricted ?? false,
    scale: field.scale,
    searchPrefilterable: field.type === 'reference',
    soapType: soapTypes[field.type] ?? 'xsd:string',
    sortable: !isLong && !isAddress,
    type: field.type,
    unique: field.unique ?? false,
    updateable: field.updateable,
    writeRequiresMasterRead: false,
  };
}

/** What describe tells of an object, without and within its fields. */
function describeSummary(type: ObjectType, basePath: string) {
  const { definition, name } = type;
  const { createable = true, updateable = true, deletable = true } = definition;
  const { replicateable = true, triggerable = true } = definition;
  const path = `${basePath}/sobjects/${name}`;
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable,
    custom: type.isCustom,
    customSetting: false,
    deepCloneable: false,
    deletable,
    deprecatedAndHidden: false,
    feedEnabled: true,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: definition.keyPrefix,
    label: type.label,
    labelPlural: type.labelPlural,
    layoutable: true,
    mergeable: name === 'Account' || name === 'Contact',
    mruEnabled: true,
    name,
    queryable: true,
    replicateable,
    retrieveable: true,
    searchable: true,
    triggerable,
    undeletable: deletable,
    updateable,
    urls: {
      rowTemplate: `${path}/{ID}`,
      describe: `${path}/describe`,
      sobject: path,
    },
  };
}

export const describeGlobal = (schema: Schema, basePath: string) => ({
  encoding: 'UTF-8',
  maxBatchSize: 200,
  sobjects: schema.objects.map((type) => describeSummary(type, basePath)),
});

export const describeBasic = (type: ObjectType, basePath: string) => ({
  objectDescribe: describeSummary(type, basePath),
  recentItems: [],
});

export const describeObject = (type: ObjectType, basePath: string) => ({
  actionOverrides: [],
  childRelationships: type.children.map(({ name, objectName, field }) => ({
    cascadeDelete: field.onParentDelete === 'cascade',
    childSObject: objectName,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName: name ?? null,
    restrictedDelete: field.onParentDelete === 'restrict',
  })),
  compactLayoutable: true,
  ...describeSummary(type, basePath),
  defaultImplementation: null,
  extendedBy: null,
  extendsInterfaces: null,
  fields: type.fields.map(describeField),
  implementedBy: null,
  implementsInterfaces: null,
  listviewable: null,
  lookupLayoutable: null,
  namedLayoutInfos: [],
  networkScopeFieldName: null,
  recordTypeInfos: [
    {
      active: true,
      available: true,
      defaultRecordTypeMapping: true,
      developerName: 'Master',
      master: true,
      name: 'Master',
      recordTypeId: '012000000000000AAA',
      urls: { layout: `${basePath}/sobjects/${type.name}/describe/layouts/012000000000000AAA` },
    },
  ],
  searchLayoutable: true,
  sobjectDescribeOption: 'FULL',
  supportedScopes: [{ label: `All ${type.labelPlural.toLowerCase()}`, name: 'everything' }],
});
