import { type AuthStrategy, apiKey, type Secret } from '@common/connector-core';

/** Signs in with a key of the API. A function is asked for the key at each use. */
export const acmeKey = (key: Secret): AuthStrategy => apiKey({ header: 'x-api-key', value: key });
