import {
  createSandbox,
  type Sandbox,
  type SandboxRequest,
  type SandboxResponse,
  type SandboxServerOptions,
} from '@common/connector-sandbox';

export interface AcmeSandboxOptions extends SandboxServerOptions {
  readonly apiKey: string;
  /** @default 20 */
  readonly products?: number;
  /** All products carry one change time. @default false */
  readonly simultaneous?: boolean;
}

export interface AcmeSandbox extends Sandbox {
  /** What people do at ACME: products go. */
  remove(ids: readonly string[]): void;
}

type Product = {
  readonly id: string;
  readonly rev: number;
  readonly modified: string;
  readonly [field: string]: unknown;
};

const answer = (status: number, body: unknown): SandboxResponse => ({ status, body });
const problem = (status: number, code: string, message: string) =>
  answer(status, { code, message });

/** The ERP that ACME does not have: products behind an API key, with cursors, change times, idempotency keys. */
export async function startAcmeSandbox(options: AcmeSandboxOptions): Promise<AcmeSandbox> {
  const { apiKey, products: count = 20, simultaneous = false, ...server } = options;
  const replays = new Map<string, SandboxResponse>();
  const products = new Map<string, Product>();
  let lastId = 1000 + count;
  for (let n = 1; n <= count; n += 1) {
    const modified = new Date(Date.UTC(2026, 0, 1, 8, 0, simultaneous ? 0 : n)).toISOString();
    const id = String(1000 + n);
    const weight = { net_weight: `${n}.25`, weight_uom: 'KG' };
    const group = n % 2 === 0 ? 'TOOLS' : 'PARTS';
    products.set(id, {
      id,
      rev: 1,
      modified,
      sku: `ACME-${n}`,
      name: `Product ${n}`,
      group,
      uom: 'PCE',
      ...weight,
      blocked: false,
    });
  }

  const find = ({ params }: SandboxRequest): Product | undefined => products.get(params.id!);

  function list({ query }: SandboxRequest): SandboxResponse {
    const group = query.get('group');
    const since = query.get('modified_since') ?? '';
    const place = (product: Product): string =>
      query.get('order') === 'modified' ? `${product.modified} ${product.id}` : product.id;
    const found = [...products.values()]
      .filter((product) => (group === null || product.group === group) && product.modified >= since)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
    const rest = found.filter((product) => place(product) > (query.get('cursor') ?? ''));
    const items = rest.slice(0, Math.min(Number(query.get('limit') ?? 100), 200));
    return answer(200, {
      items,
      total: found.length,
      next: rest.length > items.length ? place(items.at(-1)!) : null,
    });
  }

  function create(request: SandboxRequest): SandboxResponse {
    const key = request.headers['idempotency-key'];
    const replay = key === undefined ? undefined : replays.get(key);
    if (replay) return replay;
    const data = request.json() as Record<string, unknown>;
    if (typeof data.uom !== 'string') {
      return answer(422, 'A product needs a unit of measure (uom).');
    }
    lastId += 1;
    const id = String(lastId);
    const modified = new Date(request.clock.stampWrite()).toISOString();
    const created: Product = { ...data, id, rev: 1, modified };
    products.set(id, created);
    const result = answer(201, created);
    if (key !== undefined) replays.set(key, result);
    return result;
  }

  function update(request: SandboxRequest): SandboxResponse {
    const product = find(request);
    if (!product) return problem(404, 'NO_PRODUCT', 'There is no such product.');
    const wanted = request.json() as Product;
    if (wanted.rev !== product.rev) return problem(409, 'CHANGED', 'The product has changed.');
    const modified = new Date(request.clock.stampWrite()).toISOString();
    const changed = { ...product, ...wanted, rev: product.rev + 1, modified };
    products.set(product.id, changed);
    return answer(200, changed);
  }

  const sandbox = await createSandbox({
    ...server,
    name: 'acme',
    onRequest: ({ headers }) =>
      headers['x-api-key'] === apiKey
        ? undefined
        : problem(401, 'BAD_KEY', 'The API key is not known.'),
    routes: [
      { method: 'GET', path: '/api/status', handler: () => answer(200, { company: 'ACME' }) },
      { method: 'GET', path: '/api/products', operation: 'listProducts', handler: list },
      { method: 'POST', path: '/api/products', operation: 'createProduct', handler: create },
      { method: 'PATCH', path: '/api/products/:id', operation: 'updateProduct', handler: update },
      {
        method: 'GET',
        path: '/api/products/:id',
        operation: 'getProduct',
        handler: (request) => {
          const product = find(request);
          return product
            ? answer(200, product)
            : problem(404, 'NO_PRODUCT', 'There is no such product.');
        },
      },
    ],
  });
  return { ...sandbox, remove: (ids) => ids.forEach((id) => void products.delete(id)) };
}
