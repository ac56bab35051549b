import { describe, expect, it } from 'vitest';
import {
  checkCommonSettings,
  commonSettingsFromEnvironment,
  commonSettingsJsonSchema,
} from './common-settings.ts';

const settings = {
  baseUrl: 'https://api.common.example',
  clientId: 'client',
  clientSecret: 'canary-secret',
  companyId: '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10',
};
const environment = {
  COMMON_API_BASE_URL: settings.baseUrl,
  COMMON_CLIENT_ID: settings.clientId,
  COMMON_CLIENT_SECRET: settings.clientSecret,
  COMMON_COMPANY_ID: settings.companyId,
};

describe('settings of Common', () => {
  it('are taken as they are, amounts in EUR unless told otherwise', () => {
    expect(checkCommonSettings(settings)).toEqual({ ...settings, currency: 'EUR' });
    expect(checkCommonSettings({ ...settings, currency: 'USD' }).currency).toBe('USD');
  });

  it.each(['https://api.common.example/', 'https://api.common.example/api/v1/'])(
    'take the address %s for what is meant',
    (baseUrl) => {
      expect(checkCommonSettings({ ...settings, baseUrl }).baseUrl).toBe(settings.baseUrl);
    },
  );

  it.each(['http://127.0.0.1:4100', 'http://localhost:4100', 'http://[::1]:4100'])(
    'allow plain HTTP on loopback: %s',
    (baseUrl) => {
      expect(checkCommonSettings({ ...settings, baseUrl }).baseUrl).toBe(baseUrl);
    },
  );

  it.each([
    ['no address', { baseUrl: 'common' }, 'baseUrl', 'address'],
    ['another scheme', { baseUrl: 'ftp://api.common.example' }, 'baseUrl', 'address'],
    ['plain HTTP', { baseUrl: 'http://api.common.example' }, 'baseUrl', 'https'],
    ['a host that only looks local', { baseUrl: 'http://127.0.0.1.example' }, 'baseUrl', 'https'],
    ['no client id', { clientId: '' }, 'clientId', 'empty'],
    ['no secret', { clientSecret: undefined }, 'clientSecret', 'missing'],
    ['a company number', { companyId: '1010' }, 'companyId', 'UUID'],
    ['a currency name', { currency: 'Euro' }, 'currency', 'ISO 4217'],
  ])('refuse %s and name the setting', (_name, change, path, word) => {
    const check = () => checkCommonSettings({ ...settings, ...change } as typeof settings);
    expect(check).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        category: 'configuration',
        path,
        message: expect.stringContaining(word),
      }),
    );
    expect(check).not.toThrow(
      expect.objectContaining({ message: expect.stringMatching(/canary/) }),
    );
  });

  it('accept secrets that are fetched at use', () => {
    const clientSecret = () => 'from a vault';
    expect(checkCommonSettings({ ...settings, clientSecret }).clientSecret).toBe(clientSecret);
  });

  it('are described by a schema in which the secret is marked', () => {
    expect(commonSettingsJsonSchema()).toMatchObject({
      type: 'object',
      required: ['baseUrl', 'clientId', 'clientSecret', 'companyId'],
      properties: { clientSecret: { writeOnly: true }, currency: { default: 'EUR' } },
    });
  });
});

describe('settings of Common from the environment', () => {
  it('have the names that Common gives them', () => {
    expect(commonSettingsFromEnvironment({ ...environment, COMMON_CURRENCY: 'USD' })).toEqual({
      ...settings,
      currency: 'USD',
    });
  });

  it('are refused all at once, by their names in the environment', () => {
    expect(() =>
      commonSettingsFromEnvironment({
        ...environment,
        COMMON_CLIENT_SECRET: '  ',
        COMMON_COMPANY_ID: 'us',
      }),
    ).toThrow(/COMMON_CLIENT_SECRET: is missing; COMMON_COMPANY_ID: must be a UUID/);
  });
});
