import { connectorDrift } from '@common/connector-core/mapping';
import { describe, expect, it } from 'vitest';
import { openSalesforce } from './open-salesforce.fixture.ts';
import * as templates from './templates/index.ts';

const shipped = [
  templates.customerTemplate,
  templates.contactTemplate,
  templates.productTemplate,
  templates.priceTemplate,
  templates.salesOrderTemplate,
  templates.purchaseOrderTemplate,
];

describe('the fingerprint of an org', () => {
  it('holds what the shipped templates use', async () => {
    await using open = await openSalesforce();
    const { fingerprint, drift } = await connectorDrift(open.crm, { templates: shipped });
    expect(fingerprint.entities.map(({ entity }) => entity).toSorted()).toEqual([
      ...['contact', 'customer', 'price', 'product', 'purchaseOrder', 'salesOrder'],
    ]);
    expect(drift).toMatchObject({ safe: [], narrowing: [], breaking: [] });
  });

  it('shows which field has gone or become another one', async () => {
    await using open = await openSalesforce();
    const { fingerprint } = await connectorDrift(open.crm, { templates: shipped });
    const described = await fetchDescribe(open);
    const fields = described.fields
      .filter(({ name }) => name !== 'AccountNumber')
      .map((field) => (field.name === 'Phone' ? { ...field, length: 10 } : field));
    open.sandbox.faults.add({
      ...{ kind: 'status', status: 200, contentType: 'application/json' },
      body: JSON.stringify({ ...described, fields }),
      match: { path: /\/Account\/describe$/ },
    });
    const { drift } = await connectorDrift(open.crm, { templates: shipped, fingerprint });
    expect(drift.breaking.map(({ path }) => path)).toEqual(['AccountNumber']);
    expect(drift.narrowing.map(({ path }) => path)).toEqual(['Phone']);
  });
});

async function fetchDescribe(open: Awaited<ReturnType<typeof openSalesforce>>) {
  const [entry] = open.sandbox.journal.entries({ path: /\/Account\/describe$/ });
  const { clientId, clientSecret } = open.sandbox.settings;
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  };
  const body = new URLSearchParams(form);
  const token = await fetch(`${open.sandbox.url}/services/oauth2/token`, { method: 'POST', body });
  const { access_token } = (await token.json()) as { access_token: string };
  const answer = await fetch(`${open.sandbox.url}${entry?.path}`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  return (await answer.json()) as { readonly fields: readonly { readonly name: string }[] };
}
