import { describe, expect, test } from 'vitest';
import { extendEntityType } from './extend-entity-type.ts';
import { parseMetadata } from './parse-metadata.ts';

/** The document in chunks of `size` bytes: tags and characters are torn apart. */
function* chunks(text: string, size = 7): Generator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const v2 = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData">
<edmx:DataServices m:DataServiceVersion="2.0"><Schema Namespace="API_X" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
<EntityType Name="A_OrderType" sap:label="Order"><Key><PropertyRef Name="Order"/><PropertyRef Name="Item"/></Key>
<Property Name="Order" Type="Edm.String" Nullable="false" MaxLength="10" sap:display-format="UpperCase" sap:label="Auftrag für Österreich"/>
<Property Name="Item" Type="Edm.String" Nullable="false" MaxLength="5" sap:display-format="NonNegative"/>
<Property Name="Net" Type="Edm.Decimal" Precision="13" Scale="3" sap:unit="Currency" sap:filterable="false"/>
<Property Name="Created" Type="Edm.DateTime" Precision="0" sap:display-format="Date" sap:creatable="false" sap:updatable="false"/>
<Property Name="ChangedAt" Type="Edm.DateTimeOffset" Precision="7" ConcurrencyMode="Fixed"/>
<Property Name="YY1_Due_ORD" Type="Edm.DateTime" sap:display-format="Date"/>
<NavigationProperty Name="to_Item" Relationship="API_X.assoc_1" FromRole="From_1" ToRole="To_1"/>
</EntityType>
<EntityType Name="A_ItemType"><Key><PropertyRef Name="Item"/></Key><Property Name="Item" Type="Edm.String"/></EntityType>
<ComplexType Name="GetPDFResult"><Property Name="Binary" Type="Edm.Binary"/></ComplexType>
<Association Name="assoc_1"><End Type="API_X.A_OrderType" Multiplicity="1" Role="From_1"/><End Type="API_X.A_ItemType" Multiplicity="*" Role="To_1"/></Association>
<EntityContainer Name="C" m:IsDefaultEntityContainer="true">
<EntitySet Name="A_Order" EntityType="API_X.A_OrderType" sap:deletable="false"/>
<EntitySet Name="A_Item" EntityType="API_X.A_ItemType" sap:creatable="false"/>
<AssociationSet Name="as" Association="API_X.assoc_1"><End EntitySet="A_Order" Role="From_1"/></AssociationSet>
<FunctionImport Name="GetPDF" ReturnType="API_X.GetPDFResult" m:HttpMethod="GET"><Parameter Name="Order" Type="Edm.String" Mode="In"/></FunctionImport>
<FunctionImport Name="Release" ReturnType="API_X.A_OrderType" m:HttpMethod="POST"/>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;

const v4 = `<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="com.sap.x.v0001" Alias="SAP__self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="BaseType"><Key><PropertyRef Name="Order"/></Key><Property Name="Order" Type="Edm.String" Nullable="false" MaxLength="10"/></EntityType>
<EntityType Name="OrderType" BaseType="SAP__self.BaseType">
<Property Name="Net" Type="Edm.Decimal" Precision="15" Scale="variable"/>
<Property Name="Tags" Type="Collection(SAP__self.Tag)"/>
<Property Name="CreatedBy" Type="Edm.String"><Annotation Term="Core.Computed" Bool="true"/></Property>
<NavigationProperty Name="_Item" Type="Collection(SAP__self.OrderType)"/><NavigationProperty Name="_Owner" Type="com.sap.x.v0001.BaseType"/>
</EntityType>
<Action Name="Release" IsBound="true"><Parameter Name="_it" Type="SAP__self.OrderType"/><ReturnType Type="SAP__self.OrderType"/></Action>
<Function Name="Find"><Parameter Name="Text" Type="Edm.String"/><ReturnType Type="Collection(SAP__self.OrderType)"/></Function>
<EntityContainer Name="Container"><EntitySet Name="Order" EntityType="SAP__self.OrderType"><NavigationPropertyBinding Path="_Item" Target="Order"/></EntitySet><FunctionImport Name="Find" Function="SAP__self.Find"/></EntityContainer>
<Annotations Target="SAP__self.OrderType/Net"><Annotation Term="SAP__common.Label" String="Net amount"/><Annotation Term="SAP__measures.ISOCurrency" Path="Currency"/></Annotations>
<Annotations Target="SAP__self.BaseType/Order"><Annotation Term="SAP__core.Immutable" Bool="true"/><Annotation Term="SAP__common.IsUpperCase"/></Annotations>
<Annotations Target="SAP__self.OrderType"><Annotation Term="SAP__common.Label" String="Order"><Annotation Term="SAP__ui.Label" String="not this one"/></Annotation></Annotations>
<Annotations Target="SAP__self.Container/Order">
<Annotation Term="SAP__core.OptimisticConcurrency"><Collection/></Annotation>
<Annotation Term="SAP__capabilities.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false"/></Record></Annotation>
<Annotation Term="SAP__capabilities.InsertRestrictions"><Record><PropertyValue Property="Insertable" Bool="true"/></Record></Annotation>
</Annotations>
</Schema></edmx:DataServices></edmx:Edmx>`;

describe('V2 metadata', () => {
  test('is read with SAP’s annotations, whatever the chunks', async () => {
    for (const size of [1, 7, 4096]) {
      const metadata = await parseMetadata({ source: chunks(v2, size) });
      expect(metadata.version).toBe('v2');
      const type = metadata.entityTypes.get('API_X.A_OrderType');
      expect(type).toMatchObject({ name: 'A_OrderType', label: 'Order', key: ['Order', 'Item'] });
      expect(type?.properties).toMatchObject([
        {
          name: 'Order',
          nullable: false,
          maxLength: 10,
          label: 'Auftrag für Österreich',
          displayFormat: 'UpperCase',
        },
        { name: 'Item', displayFormat: 'NonNegative' },
        {
          name: 'Net',
          type: 'Edm.Decimal',
          precision: 13,
          scale: 3,
          unit: 'Currency',
          filterable: false,
          creatable: true,
        },
        { name: 'Created', displayFormat: 'Date', creatable: false, updatable: false },
        { name: 'ChangedAt', precision: 7, concurrency: true },
        { name: 'YY1_Due_ORD' },
      ]);
      expect(type?.navigations).toEqual([
        { name: 'to_Item', target: 'API_X.A_ItemType', many: true },
      ]);
      expect([...metadata.entitySets.values()]).toMatchObject([
        {
          name: 'A_Order',
          type: 'API_X.A_OrderType',
          creatable: true,
          deletable: false,
          needsEtag: true,
        },
        { name: 'A_Item', creatable: false, needsEtag: false },
      ]);
      expect(metadata.operations).toMatchObject([
        {
          name: 'GetPDF',
          kind: 'function',
          method: 'GET',
          parameters: [{ name: 'Order', type: 'Edm.String' }],
        },
        { name: 'Release', kind: 'action', method: 'POST', returns: 'API_X.A_OrderType' },
      ]);
    }
  });

  test('keeps only the entity sets that are asked for', async () => {
    const metadata = await parseMetadata({ source: chunks(v2), only: ['A_Item'] });
    expect([...metadata.entitySets.keys()]).toEqual(['A_Item']);
    expect([...metadata.entityTypes.keys()]).toEqual(['API_X.A_ItemType']);
  });

  test('gives customer fields their types', async () => {
    const metadata = await parseMetadata({ source: chunks(v2) });
    const type = extendEntityType({
      type: { name: 'A_Order', key: ['Order'], properties: { Created: 'Edm.String' } },
      metadata,
    });
    expect(type.properties).toMatchObject({
      Created: 'Edm.String',
      YY1_Due_ORD: { type: 'Edm.DateTime', display: 'date' },
      Net: { type: 'Edm.Decimal', scale: 3 },
    });
  });
});

describe('V4 metadata', () => {
  test('is read with its annotations and aliases', async () => {
    const metadata = await parseMetadata({ source: chunks(v4) });
    expect(metadata.version).toBe('v4');
    const type = metadata.entityTypes.get('com.sap.x.v0001.OrderType');
    expect(type).toMatchObject({ baseType: 'com.sap.x.v0001.BaseType', label: 'Order' });
    expect(type?.properties).toMatchObject([
      { name: 'Net', scale: undefined, label: 'Net amount', unit: 'Currency' },
      { name: 'Tags', type: 'Collection(com.sap.x.v0001.Tag)' },
      { name: 'CreatedBy', creatable: false, updatable: false },
    ]);
    expect(type?.navigations).toEqual([
      { name: '_Item', target: 'com.sap.x.v0001.OrderType', many: true },
      { name: '_Owner', target: 'com.sap.x.v0001.BaseType', many: false },
    ]);
    expect(metadata.entityTypes.get('com.sap.x.v0001.BaseType')?.properties).toMatchObject([
      { name: 'Order', creatable: true, updatable: false, displayFormat: 'UpperCase' },
    ]);
    expect(metadata.entitySets.get('Order')).toMatchObject({
      creatable: true,
      deletable: false,
      needsEtag: true,
    });
    expect(metadata.operations).toMatchObject([
      { name: 'Release', kind: 'action', bound: true, returns: 'com.sap.x.v0001.OrderType' },
      {
        name: 'Find',
        kind: 'function',
        bound: false,
        returns: 'Collection(com.sap.x.v0001.OrderType)',
      },
    ]);
  });

  test('keeps the base types of what is asked for', async () => {
    const metadata = await parseMetadata({ source: chunks(v4), only: ['Order'] });
    expect([...metadata.entityTypes.keys()]).toEqual([
      'com.sap.x.v0001.OrderType',
      'com.sap.x.v0001.BaseType',
    ]);
    const type = extendEntityType({ type: { name: 'Order', key: [], properties: {} }, metadata });
    expect(Object.keys(type.properties)).toEqual(['Order', 'Net', 'Tags', 'CreatedBy']);
  });
});

describe('what is no metadata is refused', () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "b">]><edmx:Edmx>&a;</edmx:Edmx>';
  test.each([
    ['a page', '<html><body/></html>', 'ERR_UNEXPECTED_CONTENT'],
    ['broken XML', '<edmx:Edmx><Schema></edmx:Edmx>', 'ERR_INVALID_RESPONSE'],
    ['XML that is cut off', v2.slice(0, 900), 'ERR_INVALID_RESPONSE'],
    ['a DOCTYPE', bomb, 'ERR_INVALID_RESPONSE'],
    ['endless nesting', `<Edmx>${'<a>'.repeat(100)}`, 'ERR_INVALID_RESPONSE'],
    ['nothing', '', 'ERR_INVALID_RESPONSE'],
    ['JSON', '{"d":{}}', 'ERR_INVALID_RESPONSE'],
  ])('%s', async (_, text, code) => {
    await expect(parseMetadata({ source: chunks(text) })).rejects.toMatchObject({ code });
  });
});
