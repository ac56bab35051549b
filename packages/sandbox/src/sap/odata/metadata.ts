import { escapeXml } from './error-body.ts';
import type { EntitySet, Navigation, Property, Service } from './model.ts';

const edmTypes: Readonly<Record<Property['kind'], readonly [v2: string, v4: string]>> = {
  string: ['Edm.String', 'Edm.String'],
  decimal: ['Edm.Decimal', 'Edm.Decimal'],
  boolean: ['Edm.Boolean', 'Edm.Boolean'],
  date: ['Edm.DateTime', 'Edm.Date'],
  instant: ['Edm.DateTimeOffset', 'Edm.DateTimeOffset'],
  time: ['Edm.Time', 'Edm.TimeOfDay'],
  guid: ['Edm.Guid', 'Edm.Guid'],
  int32: ['Edm.Int32', 'Edm.Int32'],
  int64: ['Edm.Int64', 'Edm.Int64'],
};

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

function facets(
  property: Property,
  odataVersion: 2 | 4,
): Record<string, string | number | undefined> {
  const { kind } = property;
  const isNullable = kind === 'date' || kind === 'instant' || kind === 'guid' || odataVersion === 2;
  return {
    Name: property.name,
    Type: edmTypes[kind][odataVersion === 2 ? 0 : 1],
    Nullable: property.isKey || !isNullable ? 'false' : undefined,
    MaxLength: property.maxLength > 0 ? property.maxLength : undefined,
    Precision:
      kind === 'decimal'
        ? property.precision
        : kind === 'instant'
          ? 7
          : kind === 'date' && odataVersion === 2
            ? 0
            : undefined,
    Scale:
      kind !== 'decimal'
        ? undefined
        : property.unit && odataVersion === 4
          ? 'variable'
          : property.scale,
  };
}

const displayFormats = {
  plain: undefined,
  numeric: 'NonNegative',
  upper: 'UpperCase',
  alpha: 'UpperCase',
};

function propertyV2(property: Property, hasEtag: boolean): string {
  const isEtag = hasEtag && property.name === 'LastChangeDateTime';
  return `<Property${attributes({
    ...facets(property, 2),
    ConcurrencyMode: isEtag ? 'Fixed' : undefined,
    'sap:unit': property.unit,
    'sap:semantics': property.semantics,
    'sap:display-format': property.kind === 'date' ? 'Date' : displayFormats[property.format],
    'sap:label': property.name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
    'sap:creatable': property.isCreatable ? undefined : 'false',
    'sap:updatable': property.isUpdatable ? undefined : 'false',
  })}/>`;
}

const keyElement = ({ keys }: EntitySet): string =>
  `<Key>${keys.map(({ name }) => `<PropertyRef Name="${name}"/>`).join('')}</Key>`;

function associationOf(set: EntitySet, navigation: Navigation): string {
  return `assoc_${set.name}_${navigation.name}`;
}

/** EDMX 1.0 with the `sap:` annotations of the model. */
export function metadataV2(service: Service): string {
  const { namespace } = service;
  const sets = [...service.sets.values()];
  const pairs = sets.flatMap((set) =>
    set.navigations.map((navigation) => ({
      set,
      navigation,
      target: service.sets.get(navigation.target)!,
    })),
  );
  const types = sets.map((set) => {
    const navigations = set.navigations.map((navigation) => {
      const association = associationOf(set, navigation);
      return `<NavigationProperty Name="${navigation.name}" Relationship="${namespace}.${association}" FromRole="From_${association}" ToRole="To_${association}"/>`;
    });
    const properties = set.properties.map((property) =>
      propertyV2(property, set.etag !== undefined),
    );
    return `<EntityType Name="${set.typeName}" sap:content-version="1">${keyElement(set)}${properties.join('')}${navigations.join('')}</EntityType>`;
  });
  const associations = pairs.map(({ set, navigation, target }) => {
    const name = associationOf(set, navigation);
    return `<Association Name="${name}" sap:content-version="1"><End Type="${namespace}.${set.typeName}" Multiplicity="1" Role="From_${name}"/><End Type="${namespace}.${target.typeName}" Multiplicity="${navigation.isMany ? '*' : '0..1'}" Role="To_${name}"/></Association>`;
  });
  const entitySets = sets.map(
    (set) =>
      `<EntitySet${attributes({
        Name: set.name,
        EntityType: `${namespace}.${set.typeName}`,
        'sap:creatable': set.isCreatable ? undefined : 'false',
        'sap:updatable': set.isUpdatable ? undefined : 'false',
        'sap:deletable': set.isDeletable ? undefined : 'false',
        'sap:content-version': '1',
      })}/>`,
  );
  const associationSets = pairs.map(({ set, navigation, target }) => {
    const name = associationOf(set, navigation);
    return `<AssociationSet Name="${name}" Association="${namespace}.${name}" sap:creatable="false" sap:updatable="false" sap:deletable="false" sap:content-version="1"><End EntitySet="${set.name}" Role="From_${name}"/><End EntitySet="${target.name}" Role="To_${name}"/></AssociationSet>`;
  });
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData">' +
    '<edmx:DataServices m:DataServiceVersion="2.0">' +
    `<Schema Namespace="${namespace}" xml:lang="en" sap:schema-version="1" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">` +
    `${types.join('')}${associations.join('')}` +
    `<EntityContainer Name="${namespace}_Entities" m:IsDefaultEntityContainer="true" sap:supported-formats="atom json xlsx">${entitySets.join('')}${associationSets.join('')}</EntityContainer>` +
    '</Schema></edmx:DataServices></edmx:Edmx>'
  );
}

const messageType =
  '<ComplexType Name="SAP__Message"><Property Name="code" Type="Edm.String" Nullable="false"/><Property Name="message" Type="Edm.String" Nullable="false"/><Property Name="target" Type="Edm.String"/><Property Name="additionalTargets" Type="Collection(Edm.String)" Nullable="false"/><Property Name="transition" Type="Edm.Boolean" Nullable="false"/><Property Name="numericSeverity" Type="Edm.Byte" Nullable="false"/><Property Name="longtextUrl" Type="Edm.String"/></ComplexType>';

/** EDMX 4.0 with the annotations a client decides by. */
export function metadataV4(service: Service): string {
  const { namespace } = service;
  const sets = [...service.sets.values()];
  const types = sets.map((set) => {
    const properties = set.properties.map(
      (property) => `<Property${attributes(facets(property, 4))}/>`,
    );
    const messages = service.hasMessages
      ? `<Property Name="SAP__Messages" Type="Collection(${namespace}.SAP__Message)" Nullable="false"/>`
      : '';
    const navigations = set.navigations.map(({ name, target, isMany }) => {
      const type = `${namespace}.${service.sets.get(target)!.typeName}`;
      return `<NavigationProperty Name="${name}" Type="${isMany ? `Collection(${type})` : type}"/>`;
    });
    return `<EntityType Name="${set.typeName}">${keyElement(set)}${properties.join('')}${messages}${navigations.join('')}</EntityType>`;
  });
  const entitySets = sets.map((set) => {
    const bindings = set.navigations.map(
      ({ name, target }) => `<NavigationPropertyBinding Path="${name}" Target="${target}"/>`,
    );
    return `<EntitySet Name="${set.name}" EntityType="${namespace}.${set.typeName}">${bindings.join('')}</EntitySet>`;
  });
  const annotations = sets.flatMap((set) => {
    const target = `SAP__self.Container/${set.name}`;
    const optimistic = set.etag
      ? `<Annotations Target="${target}"><Annotation Term="SAP__core.OptimisticConcurrency"><Collection/></Annotation></Annotations>`
      : '';
    const units = set.properties.map((property) => {
      const term = property.unit && set.byName.get(property.unit)?.semantics;
      const units = [
        term &&
          `<Annotation Term="${term === 'currency-code' ? 'SAP__measures.ISOCurrency' : 'SAP__measures.Unit'}" Path="${property.unit}"/>`,
        !property.isCreatable && '<Annotation Term="SAP__core.Computed"/>',
        property.isCreatable &&
          !property.isUpdatable &&
          !property.isKey &&
          '<Annotation Term="SAP__core.Immutable"/>',
      ].filter(Boolean);
      if (units.length === 0) return '';
      return `<Annotations Target="SAP__self.${set.typeName}/${property.name}">${units.join('')}</Annotations>`;
    });
    return [optimistic, ...units];
  });
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">' +
    '<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml"><edmx:Include Namespace="Org.OData.Core.V1" Alias="SAP__core"/></edmx:Reference>' +
    '<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Measures.V1.xml"><edmx:Include Namespace="Org.OData.Measures.V1" Alias="SAP__measures"/></edmx:Reference>' +
    `<edmx:DataServices><Schema Namespace="${namespace}" Alias="SAP__self" xmlns="http://docs.oasis-open.org/odata/ns/edm">` +
    `${types.join('')}${service.hasMessages ? messageType : ''}` +
    `<EntityContainer Name="Container">${entitySets.join('')}</EntityContainer>${annotations.join('')}` +
    '</Schema></edmx:DataServices></edmx:Edmx>'
  );
}
