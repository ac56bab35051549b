import { z } from 'zod';
import { sessionLogin } from '../auth/session-login.ts';
import { clientCertificateField as clientCertificate } from './client-certificate-fields.ts';
import { defineCredentialKind, secretField, textField } from './credential-kind.ts';
import { overTls } from './over-tls.ts';

const secrets = (description: string) =>
  z
    .record(z.string(), z.string().min(1, 'must not be empty'))
    .meta({ description, writeOnly: true })
    .optional();

const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
  url: textField('Address, relative to that of the system'),
  headers: secrets('Headers'),
  basic: z
    .strictObject({ username: textField('User'), password: secretField('Password') })
    .optional(),
  json: secrets('Body in JSON'),
  form: secrets('Body as a form'),
});

const path = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'must be a path such as "data.accessToken", or a list of them',
});

const place = z.union(
  [
    z.strictObject({ json: path }),
    z.strictObject({ header: z.string().min(1) }),
    z.strictObject({ cookie: z.string().min(1) }),
  ],
  { error: 'must be one of { "json": path }, { "header": name }, { "cookie": name }' },
);

/** A login call whose session goes with every request. */
export const sessionKind = defineCredentialKind({
  schema: z.strictObject({
    kind: z.literal('session'),
    login: request.meta({ description: 'The call that opens the session' }),
    token: place.meta({ description: 'Where the answer has the token' }),
    apply: z
      .union(
        [
          z.strictObject({ header: z.string().min(1), prefix: z.string().optional() }),
          z.strictObject({ cookie: z.union([z.string().min(1), place]) }),
        ],
        { error: 'must be { "header": name, "prefix": text } or { "cookie": name or place }' },
      )
      .meta({ description: 'How requests carry the token' })
      .optional(),
    lifetime: z
      .union(
        [
          z.number().positive('must be milliseconds, more than 0'),
          z.strictObject({ json: path, unit: z.enum(['seconds', 'minutes']) }),
        ],
        { error: 'must be milliseconds, or { "json": path, "unit": "seconds" or "minutes" }' },
      )
      .meta({ description: 'How long a session lives' })
      .optional(),
    logout: request.meta({ description: 'The call that ends the session' }).optional(),
    clientCertificate,
  }),
  create: ({ clientCertificate: certificate, kind: _, ...options }) =>
    overTls(sessionLogin(options), { clientCertificate: certificate }),
});
