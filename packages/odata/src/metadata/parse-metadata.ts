import { ConnectorError } from '@common/connector-core';
import { applyAnnotation, type OpenAnnotation } from './annotations.ts';
import { buildMetadata, createDraft, type MetadataDraft, propertyOf } from './metadata-draft.ts';
import type { ServiceMetadata } from './service-metadata.ts';
import { readTags, type XmlTag } from './xml-events.ts';

/**
 * Reads an EDMX document of V2 (with SAP's annotations) or V4 as it streams in. What it keeps is a
 * fraction of the document, with `only` that of the named entity sets alone.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` for broken or hostile XML, `ERR_UNEXPECTED_CONTENT`
 *   for a document that is no EDMX
 */
export async function parseMetadata(input: {
  readonly source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Entity sets to keep; all without it. */
  readonly only?: readonly string[] | undefined;
}): Promise<ServiceMetadata> {
  const draft = createDraft();
  const open: string[] = [];
  const annotations: OpenAnnotation[] = [];
  await readTags(input.source, {
    open: (tag) => {
      if (open.length === 0 && tag.name !== 'Edmx') throw notEdmx();
      readTag({ tag, parent: open.at(-1), draft, annotations });
      open.push(tag.name);
    },
    close: (name) => {
      open.pop();
      if (name === 'Annotation') {
        const annotation = annotations.pop();
        if (annotation !== undefined && annotations.length === 0)
          applyAnnotation(annotation, draft);
      }
      if (name === 'Annotations') draft.target = undefined;
      if (name === 'EntityType') draft.entityType = undefined;
      if (name === 'Property' || name === 'EntitySet') draft.target = undefined;
      if (name === 'Function' || name === 'Action' || name === 'FunctionImport') {
        draft.operation = undefined;
      }
    },
  });
  return buildMetadata(draft, input.only);
}

function readTag(input: {
  readonly tag: XmlTag;
  readonly parent: string | undefined;
  readonly draft: MetadataDraft;
  readonly annotations: OpenAnnotation[];
}): void {
  const { tag, parent, draft, annotations } = input;
  const { name, attributes: given } = tag;
  const text = (attribute: string) => draft.intern(given[attribute]);
  const qualified = (attribute: string) => draft.qualify(text(attribute));
  switch (name) {
    case 'Edmx':
      draft.version = given.Version?.startsWith('4') ? 'v4' : 'v2';
      break;
    case 'Schema':
      draft.namespace = text('Namespace') ?? '';
      if (given.Alias !== undefined) draft.aliases.set(given.Alias, draft.namespace);
      break;
    case 'EntityType':
      draft.beginEntityType({
        name: text('Name') ?? '',
        baseType: qualified('BaseType'),
        label: text('sap:label'),
      });
      break;
    case 'PropertyRef':
      if (parent === 'Key' && draft.entityType) draft.entityType.key.push(text('Name') ?? '');
      break;
    case 'Property':
      if (parent === 'EntityType' && draft.entityType) {
        const property = propertyOf(given, draft);
        draft.entityType.properties.push(property);
        draft.target = { kind: 'property', property };
      }
      break;
    case 'NavigationProperty':
      draft.entityType?.navigations.push({
        name: text('Name') ?? '',
        type: given.Type,
        relationship: qualified('Relationship'),
        role: text('ToRole'),
      });
      break;
    case 'Association':
      draft.association = qualifyOwn(draft, text('Name'));
      break;
    case 'End':
      if (parent === 'Association' && given.Type !== undefined) {
        draft.ends.set(`${draft.association} ${given.Role}`, {
          target: qualified('Type') ?? '',
          many: given.Multiplicity === '*',
        });
      }
      break;
    case 'EntitySet':
    case 'Singleton':
      if (parent === 'EntityContainer') draft.addEntitySet(given);
      break;
    case 'Function':
    case 'Action':
    case 'FunctionImport':
      draft.beginOperation({ tag: name, attributes: given });
      break;
    case 'Parameter':
      draft.operation?.parameters.push({
        name: text('Name') ?? '',
        type: draft.qualifyType(given.Type) ?? '',
      });
      break;
    case 'ReturnType':
      if (draft.operation) draft.operation.returns = draft.qualifyType(given.Type);
      break;
    case 'Annotations':
      draft.target = draft.findTarget(given.Target ?? '');
      break;
    case 'Annotation':
      annotations.push({
        term: given.Term ?? '',
        attributes: given,
        values: new Map(),
        // An annotation inside another one belongs to that, not to the model.
        target: annotations.length === 0 ? draft.target : undefined,
      });
      break;
    case 'PropertyValue':
      annotations.at(-1)?.values.set(given.Property ?? '', given.Bool ?? given.String ?? '');
      break;
    default:
      break;
  }
}

function qualifyOwn(draft: MetadataDraft, name: string | undefined): string {
  return `${draft.namespace}.${name ?? ''}`;
}

function notEdmx(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNEXPECTED_CONTENT',
    category: 'configuration',
    message: 'The document is no $metadata; check that the service path is right.',
  });
}
