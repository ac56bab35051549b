import { ConnectorError } from '../errors/connector-error.ts';

const tlsCode =
  /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO)/;

const issuer =
  'If that is right, give its issuer as network.tls.ca; if not, somebody stands in between.';

/** A connection that stood and broke: the server may have acted. */
const midway = /DECRYPTION_FAILED|BAD_RECORD_MAC|UNEXPECTED_EOF/;

/** What went wrong and what to do, by the codes of Node and the reasons of OpenSSL. */
const advices: readonly (readonly [RegExp, string])[] = [
  [
    /^CERT_HAS_EXPIRED$/,
    'its certificate has expired. Have the operator of the server renew it, and check the clock of this machine.',
  ],
  [
    /^CERT_NOT_YET_VALID$/,
    'its certificate is not valid yet. Check the clock of this machine, then the certificate.',
  ],
  [
    /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    `its certificate is self-signed, so nobody vouches for it. If that is right, give the certificate as network.tls.ca; if not, somebody stands in between.`,
  ],
  [
    /^SELF_SIGNED_CERT_IN_CHAIN$/,
    `its certificate comes from an issuer that is not trusted here. ${issuer}`,
  ],
  [
    /^UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/,
    `the issuer of its certificate is not known here: it is not a public one, or the server does not send the certificates in between. ${issuer}`,
  ],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'its certificate was issued for another name. Address the server by a name that is in the certificate, or give that name in network.tls.servernames.',
  ],
  [/^CERT_REVOKED$/, 'its certificate was revoked. Ask the operator of the server.'],
  [
    /^(?:CERT_SIGNATURE_FAILURE|INVALID_|PATH_LENGTH_|CERT_|UNABLE_TO_|CRL_)/,
    'its certificate cannot be verified. Ask the operator of the server.',
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_SSL_VERSION/,
    'it does not speak TLS 1.2 or newer, which is the least that is accepted. Have TLS 1.2 enabled on the server.',
  ],
  [
    /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED)/,
    'it does not accept the client certificate, or wants one and got none. Check that the auth has the certificate that was registered there, and that it is still valid.',
  ],
  [
    /HANDSHAKE_FAILURE|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY|DH_KEY_TOO_SMALL|KEY_TOO_SMALL|MD_TOO_WEAK/,
    'both sides found no way that is safe enough for both, or it wants a client certificate. Check the TLS settings of the server.',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    'it answered with something that is not TLS. Check the port, and whether the address begins with https or http.',
  ],
  [/UNRECOGNI[SZ]ED_NAME/, 'it knows no site of that name. Check the host of the address.'],
];

/**
 * @param server - for the message: `erp.example.com:443`
 * @returns `undefined` when it was not the TLS handshake that failed
 */
export function tlsFailure(
  code: string,
  server: string,
  cause: unknown,
): ConnectorError | undefined {
  if (!tlsCode.test(code)) return undefined;
  // EPROTO has the reason in its text only: `…:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:…`
  const text = code === 'EPROTO' && cause instanceof Error ? cause.message : code;
  const reason = text.toUpperCase().replaceAll(' ', '_');
  if (midway.test(reason)) return undefined;
  const advice =
    advices.find(([pattern]) => pattern.test(reason))?.[1] ??
    'Check that its certificate is valid, that its issuer is trusted here, and that the address is the one it was issued for.';
  return new ConnectorError({
    code: 'ERR_TLS',
    category: 'configuration',
    message: `No secure connection to ${server} (${code}): ${advice}`,
    notExecuted: true,
    cause,
  });
}
