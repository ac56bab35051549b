// A process of its own, so that serving costs the measured process nothing. Prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const records = Number(process.argv[2] ?? 5000);
const base = 'https://s4/sap/opu/odata/sap/API_PRODUCT_SRV';

function record(index: number): object {
  const product = `TG${String(index).padStart(8, '0')}`;
  const uri = `${base}/A_Product('${product}')`;
  const day = (offset: number) =>
    `/Date(${(18_000 + ((index * 7 + offset) % 2000)) * 86_400_000})/`;
  const amount = (factor: number) =>
    `${(index * factor) % 9973}.${String((index * 31) % 1000).padStart(3, '0')}`;
  return {
    __metadata: { id: uri, uri, type: 'API_PRODUCT_SRV.A_ProductType' },
    Product: product,
    ProductType: ['HAWA', 'FERT', 'ROH'][index % 3],
    CrossPlantStatus: '',
    CreationDate: day(0),
    CreatedByUser: `USER${index % 97}`,
    LastChangeDate: day(11),
    LastChangedByUser: `USER${index % 89}`,
    LastChangeDateTime: `/Date(${1_767_225_600_000 + index * 1009}+0000)/`,
    IsMarkedForDeletion: index % 50 === 0,
    ProductOldID: `OLD-${index}`,
    GrossWeight: amount(3),
    NetWeight: amount(2),
    WeightUnit: 'KG',
    MaterialVolume: amount(5),
    CountryOfOrigin: 'DE',
    ProductGroup: `L00${index % 9}`,
    BaseUnit: 'PC',
    ProductStandardID: String(4_000_000_000_000 + index),
    IsBatchManagementRequired: index % 2 === 0,
    PurchaseOrderQuantityUnit: null,
  };
}

const page = Buffer.from(
  JSON.stringify({ d: { results: Array.from({ length: records }, (_, index) => record(index)) } }),
);
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length });
  response.end(page);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(
    `${JSON.stringify({ port: (server.address() as AddressInfo).port, bytes: page.length })}\n`,
  );
});
// The parent's end is ours.
process.stdin.resume().on('end', () => process.exit(0));
