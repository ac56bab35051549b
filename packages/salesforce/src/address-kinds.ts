/** An address as other systems write it: not all say what it is for. */
interface Address {
  readonly kind?: string | undefined;
}

const kinds = ['billing', 'shipping'] as const;

/**
 * The record with a kind for each address that has none, as long as an account has room: the first is the
 * one for bills, the next the one for goods.
 */
export function withAddressKinds<Record extends object>(record: Record): Record {
  const { addresses } = record as { readonly addresses?: readonly Address[] | null };
  if (!Array.isArray(addresses)) return record;
  const free = kinds.filter((kind) => addresses.every((address) => address.kind !== kind));
  return {
    ...record,
    addresses: addresses.map((address: Address) =>
      address.kind === undefined && free.length > 0 ? { ...address, kind: free.shift() } : address,
    ),
  };
}
