import { ConnectorError, type ConnectorErrorInit } from '../../errors/connector-error.ts';
import type { HttpResponse } from '../../http/http-response.ts';

/** `vendorCode` of a ciphertext that is not authentic, or not for its associated data. */
export const unopened = 'unopened';

/**
 * Texts of the Transit engine, in `errors` of a 400.
 * Source: https://github.com/hashicorp/vault, `sdk/helper/keysutil/policy.go`
 */
const refusals: readonly (readonly [RegExp, Pick<ConnectorErrorInit, 'code' | 'vendorCode'>])[] = [
  [
    /message authentication failed|unable to decrypt/,
    { code: 'ERR_VAULT_TAMPERED', vendorCode: unopened },
  ],
  [
    /disallowed by policy \(too old\)|version is too new/,
    { code: 'ERR_VAULT_KEY_UNKNOWN', vendorCode: 'version' },
  ],
  [/key not found/, { code: 'ERR_CONFIGURATION', vendorCode: 'no-key' }],
];

/** What an answer of Vault means, where its status alone would say less. */
export function transitFailure(
  response: HttpResponse,
  { mount, key }: { readonly mount: string; readonly key: string },
): ConnectorError | undefined {
  const { status } = response;
  const failure = (init: Omit<ConnectorErrorInit, 'httpStatus'>) =>
    new ConnectorError({ ...init, httpStatus: status });
  const noKey = () =>
    failure({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `HashiCorp Vault has no Transit key "${key}" at "${mount}". Check the mount, the namespace and the name; "vault write -f ${mount}/keys/${key}" makes one.`,
    });

  if (status === 403) {
    return failure({
      code: 'ERR_PERMISSION_DENIED',
      category: 'permission',
      message: `HashiCorp Vault refuses the token. It may have expired, or its policy lacks read on ${mount}/keys/${key} or update on ${mount}/encrypt/${key} and ${mount}/decrypt/${key}.`,
    });
  }
  if (status === 404) return noKey();
  if (status === 503) {
    return failure({
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message:
        'HashiCorp Vault is sealed or down for maintenance: no secret can be read or written. Unseal it; nothing is lost.',
    });
  }
  if (status !== 400) return undefined;
  const text = errorsOf(response);
  const init = refusals.find(([pattern]) => pattern.test(text))?.[1];
  if (init === undefined) return undefined;
  if (init.vendorCode === 'no-key') return noKey();
  const message =
    init.vendorCode === unopened
      ? `The Transit key "${key}" does not open this ciphertext.`
      : `HashiCorp Vault no longer decrypts by this version of the Transit key "${key}". Lower its min_decryption_version, run rotate(), and raise it again.`;
  return failure({ ...init, category: 'configuration', message });
}

function errorsOf(response: HttpResponse): string {
  try {
    const { errors } = response.json() as { readonly errors?: unknown };
    return Array.isArray(errors) ? errors.join('; ') : '';
  } catch {
    return '';
  }
}
