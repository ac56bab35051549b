import type { SandboxRoute } from '../../toolkit/router.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { Records } from '../company/records.ts';
import type { Row } from '../company/row.ts';
import { invalidProperty, missing, notFound, unsupported } from '../fault/refusals.ts';
import { entityOf, findEntity } from '../model/entities.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../model/json-object.ts';
import type { VendorTime } from '../model/vendor-time.ts';
import { runReport } from '../report/reports.ts';
import { runBatch } from './batch.ts';
import { readChanges } from './change-data-capture.ts';
import { type CompanyServices, companyPath, readBody } from './company-routes.ts';

/** Files by realm and id of their Attachable. */
type Uploads = Map<string, { readonly bytes: Buffer; readonly contentType: string }>;

export interface ServiceOptions extends CompanyServices {
  readonly time: VendorTime;
  readonly uploads: Uploads;
  readonly baseUrl: () => string;
}

interface UploadedFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly metadata: JsonObject;
}

/** Reads `file_content_NN` with its `file_metadata_NN`, as text or as a file part. */
async function readFiles({ headers, body }: SandboxRequest): Promise<readonly UploadedFile[]> {
  const contentType = headers['content-type'] ?? '';
  if (!contentType.startsWith('multipart/form-data')) {
    throw invalidProperty('Content-Type', 'must be multipart/form-data');
  }
  const message = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } });
  const form = await message.formData().catch(() => {
    throw invalidProperty('body', 'is no multipart message');
  });
  const files: UploadedFile[] = [];
  for (const [name, part] of form) {
    if (!name.startsWith('file_content_') || typeof part === 'string') continue;
    const given = form.get(name.replace('content', 'metadata'));
    const text = typeof given === 'string' ? given : await given?.text();
    const metadata: unknown = text === undefined ? {} : JSON.parse(text);
    if (!isObject(metadata)) throw invalidProperty(name, 'has metadata that are no object');
    const bytes = Buffer.from(await part.arrayBuffer());
    files.push({ name: part.name, contentType: part.type, bytes, metadata });
  }
  if (files.length === 0) throw missing('file_content_01');
  return files;
}

const sendable = new Set(['Invoice', 'Estimate', 'SalesReceipt', 'CreditMemo', 'PurchaseOrder']);

function pdfOf({ definition, record }: Row): Buffer {
  const text = `${definition.name} ${textAt(record, 'DocNumber') ?? ''}`;
  const stream = `BT /F1 24 Tf 72 720 Td (${text}) Tj ET`;
  return Buffer.from(
    `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>endobj\n4 0 obj<</Length ${stream.length}>>stream\n${stream}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  );
}

/** Batch, CDC, reports, exchange rates, files, PDF, e-mail. */
export function createServiceRoutes(options: ServiceOptions): SandboxRoute[] {
  const { open, answers, replays, queries, time, uploads } = options;

  const batch = (request: SandboxRequest) => {
    const records = open(request);
    const { realmId } = records.company;
    const requestId = request.query.get('requestid');
    return replays.once({ realmId, requestId, operation: 'batch' }, () => {
      const context = { records, queries, now: request.clock.now() };
      return answers.ok(request, runBatch(context, readBody(request)));
    });
  };

  const cdc = (request: SandboxRequest) => {
    const { query, clock } = request;
    const entities = query.get('entities') ?? '';
    const changedSince = query.get('changedSince') ?? '';
    const asked = { entities, changedSince, now: clock.now() };
    return answers.ok(request, readChanges(open(request), asked));
  };

  const report = (request: SandboxRequest) => {
    const { company } = open(request);
    const { query, params, clock } = request;
    const asked = { name: params.name ?? '', query, now: clock.now() };
    // Reports carry their time in the header.
    return { status: 200, body: runReport(company, asked, time) };
  };

  const exchangeRate = (request: SandboxRequest) => {
    const { company } = open(request);
    const { query, clock } = request;
    const source = query.get('sourcecurrencycode');
    if (source === null) throw missing('sourcecurrencycode');
    const rate = source === company.homeCurrency ? 1 : company.exchangeRates.get(source);
    if (rate === undefined) throw notFound(`There is no rate of ${source}`);
    return answers.ok(request, {
      ExchangeRate: {
        SourceCurrencyCode: source,
        TargetCurrencyCode: company.homeCurrency,
        Rate: rate,
        AsOfDate: query.get('asofdate') ?? time.toDate(clock.now()),
        domain: 'QBO',
        sparse: false,
      },
    });
  };

  const store = (records: Records, file: UploadedFile): JsonObject => {
    const { Id: _, ...metadata } = file.metadata;
    const { name, contentType } = file;
    const described = { FileName: name, ContentType: contentType, ...metadata };
    const row = records.create(entityOf('Attachable'), described);
    const { realmId } = records.company;
    const path = `/v3/company/${realmId}/download/${row.id}`;
    uploads.set(`${realmId}/${row.id}`, { bytes: file.bytes, contentType });
    row.record = {
      ...row.record,
      Size: file.bytes.length,
      FileAccessUri: path,
      TempDownloadUri: `${options.baseUrl()}/files/${realmId}/${row.id}`,
    };
    return { Attachable: records.render(row) };
  };

  const upload = async (request: SandboxRequest): Promise<SandboxResponse> => {
    const records = open(request);
    const files = await readFiles(request);
    const { realmId } = records.company;
    const requestId = request.query.get('requestid');
    return replays.once({ realmId, requestId, operation: 'upload' }, () => {
      const AttachableResponse = files.map((file) => store(records, file));
      return answers.ok(request, { AttachableResponse });
    });
  };

  const download = (request: SandboxRequest): SandboxResponse => {
    const records = open(request);
    const row = records.read(entityOf('Attachable'), request.params.id ?? '');
    const address = textAt(row.record, 'TempDownloadUri');
    if (address === undefined) throw notFound('The attachment has no file');
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: address };
  };

  // As at the vendor, who knows the temporary address needs no token.
  const file = ({ params }: SandboxRequest): SandboxResponse => {
    const found = uploads.get(`${params.realmId}/${params.id}`);
    if (!found) return { status: 404, body: '' };
    return { status: 200, headers: { 'content-type': found.contentType }, body: found.bytes };
  };

  const documentIn = (request: SandboxRequest): { records: Records; row: Row } => {
    const records = open(request);
    const definition = findEntity(request.params.entity ?? '');
    if (!definition || !sendable.has(definition.name)) throw unsupported(request.path);
    return { records, row: records.read(definition, request.params.id ?? '') };
  };

  const pdf = (request: SandboxRequest): SandboxResponse => ({
    status: 200,
    headers: { 'content-type': 'application/pdf' },
    body: pdfOf(documentIn(request).row),
  });

  const mail = (request: SandboxRequest, records: Records, row: Row): SandboxResponse => {
    const known =
      objectAt(row.record, 'BillEmail').Address ?? objectAt(row.record, 'POEmail').Address;
    const address = request.query.get('sendTo') ?? known;
    if (address === undefined) throw missing('BillEmail.Address');
    const emailField = row.definition.name === 'PurchaseOrder' ? 'POEmail' : 'BillEmail';
    const DeliveryInfo = {
      DeliveryType: 'Email',
      DeliveryTime: time.toSecond(request.clock.now()),
    };
    const change = { EmailStatus: 'EmailSent', [emailField]: { Address: address }, DeliveryInfo };
    records.touch(row, change, 'Emailed');
    return answers.ok(request, { [row.definition.name]: records.render(row) });
  };

  const send = (request: SandboxRequest) => {
    const { records, row } = documentIn(request);
    const { realmId } = records.company;
    const requestId = request.query.get('requestid');
    const call = { realmId, requestId, operation: `send ${row.key}` };
    return replays.once(call, () => mail(request, records, row));
  };

  const route = (
    method: string,
    path: string,
    operation: string,
    handler: SandboxRoute['handler'],
  ): SandboxRoute => ({ method, path: companyPath + path, operation, handler });
  return [
    route('POST', '/batch', 'batch', batch),
    route('GET', '/cdc', 'cdc', cdc),
    route('GET', '/reports/:name', 'report', report),
    route('GET', '/exchangerate', 'exchangeRate', exchangeRate),
    route('POST', '/upload', 'upload', upload),
    route('GET', '/download/:id', 'download', download),
    route('GET', '/:entity/:id/pdf', 'pdf', pdf),
    route('POST', '/:entity/:id/send', 'send', send),
    { method: 'GET', path: '/files/:realmId/:id', operation: 'file', handler: file },
  ];
}
