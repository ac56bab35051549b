// Run in a process of its own, with a time zone of its own: prints the dates of an order and a product.
import { newOrder, openSap } from './open-sap.fixture.ts';

await using sap = await openSap();
const record = newOrder({ orderDate: '2026-03-29' });
const [result] = await sap.erp.write('purchaseOrder', [{ op: 'upsert', record }]);
const order = await sap.erp.get('purchaseOrder', result?.key ?? '');
const product = await sap.erp.get('product', 'MZ-FG-000007');
const dates = [order?.orderDate, order?.lines[0]?.deliveryDate, product?.createdOn];
process.stdout.write(JSON.stringify(dates));
