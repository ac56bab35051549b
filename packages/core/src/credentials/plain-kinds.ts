import { z } from 'zod';
import { apiKey } from '../auth/api-key.ts';
import { basic } from '../auth/basic.ts';
import { bearer } from '../auth/bearer.ts';
import { mutualTls } from '../auth/mutual-tls.ts';
import { oauth1 } from '../auth/oauth1.ts';
import {
  checkCertificate,
  clientCertificateField as clientCertificate,
  clientCertificateFields,
  clientCertificateOf,
} from './client-certificate-fields.ts';
import { defineCredentialKind, secretField, textField } from './credential-kind.ts';
import { overTls } from './over-tls.ts';

/** User and password, or a key, a token, a signature, a certificate: no sign-in call comes before. */
export const plainKinds = {
  basic: defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('basic'),
      username: textField('User').refine((user) => !user.includes(':'), 'must have no colon in it'),
      password: secretField('Password'),
      clientCertificate,
    }),
    create: (credentials) => overTls(basic(credentials), credentials),
  }),
  bearer: defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('bearer'),
      token: secretField('Access token that somebody else renews'),
      clientCertificate,
    }),
    create: (credentials) => overTls(bearer(credentials), credentials),
  }),
  'api-key': defineCredentialKind({
    schema: z
      .strictObject({
        kind: z.literal('api-key'),
        header: textField('Header that carries the key').optional(),
        query: textField('Query parameter that carries the key, where no header can').optional(),
        value: secretField('Key'),
        next: secretField('Key that follows, while it is being changed').optional(),
        clientCertificate,
      })
      .superRefine(({ header, query }, context) => {
        if ((header === undefined) !== (query === undefined)) return;
        const message = 'must be given, or query in its place, but not both';
        context.addIssue({ code: 'custom', path: ['header'], message });
      }),
    create({ header, query = '', value: current, next, ...rest }) {
      const value = next === undefined ? current : { current, next };
      return overTls(apiKey(header === undefined ? { query, value } : { header, value }), rest);
    },
  }),
  oauth1: defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth1'),
      consumerKey: secretField('Consumer key of the integration'),
      consumerSecret: secretField('Consumer secret of the integration'),
      token: secretField('Token id'),
      tokenSecret: secretField('Token secret'),
      realm: textField('Realm, for NetSuite the account, such as 1234567_SB1').optional(),
      clientCertificate,
    }),
    create: (credentials) => overTls(oauth1(credentials), credentials),
  }),
  mtls: defineCredentialKind({
    schema: z
      .strictObject({ kind: z.literal('mtls'), ...clientCertificateFields })
      .superRefine(checkCertificate),
    create: (credentials) => mutualTls(clientCertificateOf(credentials)),
  }),
};
