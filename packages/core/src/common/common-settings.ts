import { z } from 'zod';
import type { Secret } from '../auth/auth-strategy.ts';
import { parseSettings } from '../connector/parse-settings.ts';
import type { JsonValue } from '../contract/json.ts';
import { isSecureUrl } from '../http/is-secure-url.ts';
import { isUuid } from './is-uuid.ts';

/** Who we are on Common, and where Common is. */
export interface CommonSettings {
  /**
   * Address of the API without `/api/v1`, for example `https://api.common.example`. HTTPS, but for
   * loopback addresses.
   */
  readonly baseUrl: string;
  /** From Common's settings page, "API access". */
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  /** UUID of our company on Common; data is filtered to it. */
  readonly companyId: string;
  /**
   * ISO 4217 code of the currency that amounts on Common are in: a Common order has none of its own.
   * An order in another currency is refused when it is written.
   * @default 'EUR'
   */
  readonly currency?: string | undefined;
}

const text = z.string({ error: 'is missing' }).min(1, { error: 'is empty', abort: true });

const fields = {
  baseUrl: text
    .refine(isAddress, {
      error: 'must be an address such as https://api.common.example',
      abort: true,
    })
    .refine(
      (url) => isSecureUrl(new URL(url)),
      'must start with https://, or secrets would travel in clear text',
    )
    .transform((url) => url.replace(/\/+$/, '').replace(/\/api\/v1$/, ''))
    .meta({ format: 'uri', description: 'Address of the Common API, without /api/v1' }),
  clientId: text.meta({ description: 'Client id of the API access' }),
  clientSecret: text.meta({ writeOnly: true, description: 'Client secret of the API access' }),
  companyId: text
    .refine(isUuid, 'must be a UUID such as 6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10')
    .transform((id) => id.toLowerCase())
    .meta({ format: 'uuid', description: 'Our company on Common' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
    .default('EUR')
    .meta({ description: 'Currency of amounts on Common' }),
};

const settingsSchema = z.strictObject(fields);

/** Without the credentials, as a connection is stored. */
export const storedSettingsSchema = settingsSchema.omit({ clientId: true, clientSecret: true });

const environmentSchema = z.object({
  COMMON_API_BASE_URL: fields.baseUrl,
  COMMON_CLIENT_ID: fields.clientId,
  COMMON_CLIENT_SECRET: fields.clientSecret,
  COMMON_COMPANY_ID: fields.companyId,
  COMMON_CURRENCY: fields.currency,
});

/** Settings that were looked at: `baseUrl` without `/api/v1`, `currency` filled in. */
export type CheckedCommonSettings = CommonSettings & { readonly currency: string };

/**
 * Checks settings before anything is sent. A secret that is a function is checked when it is used.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` that names every bad setting, never its value
 */
export function checkCommonSettings(settings: CommonSettings): CheckedCommonSettings {
  const { baseUrl, clientId, clientSecret, companyId, currency } = settings;
  const standIn = (secret: Secret) => (typeof secret === 'function' ? 'fetched at use' : secret);
  const checked = parseSettings(
    settingsSchema,
    {
      baseUrl,
      clientId: standIn(clientId),
      clientSecret: standIn(clientSecret),
      companyId,
      currency,
    },
    'Common',
  );
  return { ...checked, clientId, clientSecret };
}

/**
 * Reads the settings from environment variables: `COMMON_API_BASE_URL`, `COMMON_CLIENT_ID`,
 * `COMMON_CLIENT_SECRET`, `COMMON_COMPANY_ID` and, if amounts are not in EUR, `COMMON_CURRENCY`.
 * An empty variable is a missing one.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` that names every variable that is missing or wrong
 */
export function commonSettingsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): CheckedCommonSettings {
  const given = Object.fromEntries(
    Object.keys(environmentSchema.shape).map((name) => [
      name,
      environment[name]?.trim() || undefined,
    ]),
  );
  const checked = parseSettings(environmentSchema, given, 'Common');
  return {
    baseUrl: checked.COMMON_API_BASE_URL,
    clientId: checked.COMMON_CLIENT_ID,
    clientSecret: checked.COMMON_CLIENT_SECRET,
    companyId: checked.COMMON_COMPANY_ID,
    currency: checked.COMMON_CURRENCY,
  };
}

/** JSON Schema of the settings, for forms; the secret is marked `writeOnly`. */
export function commonSettingsJsonSchema(): { readonly [key: string]: JsonValue } {
  return z.toJSONSchema(settingsSchema, { io: 'input' }) as Record<string, JsonValue>;
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
