import { createHash, randomBytes, sign } from 'node:crypto';
import type { Secret } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { readSecret } from '../read-secret.ts';
import { type PrivateKeyOptions, readPrivateKey } from './private-key.ts';
import { readSigningCertificate } from './signing-certificate.ts';

/** A SAML 2.0 bearer assertion that we make and sign (RFC 7522, section 3). */
export interface SamlAssertionOptions extends PrivateKeyOptions {
  /** Name of the identity provider that the system trusts. */
  readonly issuer: string;
  /** The user, in the form that `nameIdFormat` names. */
  readonly subject: Secret;
  /** Name of the system as a SAML provider; of an SAP system see transaction SAML2. */
  readonly audience: string;
  /** PEM of the certificate that the system trusts. */
  readonly certificate: Secret;
  /** @default 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' */
  readonly nameIdFormat?: string | undefined;
  /** @default the token URL */
  readonly recipient?: string | undefined;
  /** @default 'urn:oasis:names:tc:SAML:2.0:ac:classes:X509' */
  readonly authnContextClassRef?: string | undefined;
  /** More about the user; some systems want `client_id` here. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** @default 300_000 */
  readonly lifetimeMs?: number | undefined;
}

const assertionNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion';
const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
/** So far the clock of the system may be behind. */
const skewMs = 60_000;

/**
 * Makes the assertion with an enveloped signature (RSA-SHA256). The text is written in exclusive
 * canonical form from the start (no white space between elements, namespaces where they are first
 * used, attributes in order, no empty-element tags), so what is signed is what is sent.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when key, certificate or a text cannot be used
 */
export async function samlAssertion(
  options: SamlAssertionOptions & {
    readonly tokenUrl: string;
    /** Milliseconds since the epoch. */
    readonly now: number;
  },
): Promise<string> {
  const { now, issuer, audience, certificate } = options;
  const key = await readPrivateKey(options);
  if (key.asymmetricKeyType !== 'rsa') {
    throw invalidSetting(
      'privateKey',
      `A SAML assertion is signed with an RSA key, this one is of type ${key.asymmetricKeyType}.`,
    );
  }
  const { base64 } = await readSigningCertificate({ certificate, key, now });
  const id = `_${randomBytes(20).toString('hex')}`;
  const issuedAt = instant(now);
  const from = instant(now - skewMs);
  const until = instant(now + (options.lifetimeMs ?? 300_000));
  const nameIdFormat =
    options.nameIdFormat ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
  const classRef = options.authnContextClassRef ?? 'urn:oasis:names:tc:SAML:2.0:ac:classes:X509';
  const attributes = Object.entries(options.attributes ?? {});
  const head = `<saml:Assertion xmlns:saml="${assertionNamespace}" ID="${id}" IssueInstant="${issuedAt}" Version="2.0">${element('saml:Issuer', text(issuer))}`;
  const body = [
    '<saml:Subject>',
    `<saml:NameID Format="${attribute(nameIdFormat)}">${text(await readSecret(options.subject, 'subject'))}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="${bearer}"><saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${attribute(options.recipient ?? options.tokenUrl)}"></saml:SubjectConfirmationData></saml:SubjectConfirmation>`,
    '</saml:Subject>',
    `<saml:Conditions NotBefore="${from}" NotOnOrAfter="${until}">${element('saml:AudienceRestriction', element('saml:Audience', text(audience)))}</saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${issuedAt}" SessionIndex="${id}">${element('saml:AuthnContext', element('saml:AuthnContextClassRef', text(classRef)))}</saml:AuthnStatement>`,
    attributes.length === 0
      ? ''
      : element('saml:AttributeStatement', attributes.map(samlAttribute).join('')),
    '</saml:Assertion>',
  ].join('');

  const digest = createHash('sha256').update(`${head}${body}`, 'utf8').digest('base64');
  const signedInfo = [
    `<ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>`,
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>',
    `<ds:Reference URI="#${id}">`,
    `<ds:Transforms><ds:Transform Algorithm="${signatureNamespace}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${exclusive}"></ds:Transform></ds:Transforms>`,
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>',
    element('ds:DigestValue', digest),
    '</ds:Reference></ds:SignedInfo>',
  ].join('');
  // Canonical on its own, it carries the namespace that its parent declares in the document.
  const toSign = `<ds:SignedInfo xmlns:ds="${signatureNamespace}">${signedInfo}`;
  const value = sign('sha256', Buffer.from(toSign, 'utf8'), key).toString('base64');
  const signature = `<ds:Signature xmlns:ds="${signatureNamespace}"><ds:SignedInfo>${signedInfo}${element('ds:SignatureValue', value)}<ds:KeyInfo>${element('ds:X509Data', element('ds:X509Certificate', base64))}</ds:KeyInfo></ds:Signature>`;
  return `${head}${signature}${body}`;
}

function samlAttribute([name, value]: readonly [string, string]): string {
  return `<saml:Attribute Name="${attribute(name)}">${element('saml:AttributeValue', text(value))}</saml:Attribute>`;
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const textEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
};
const attributeEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Canonical XML 1.1, 1.1: these characters of a text and no others. */
function text(value: string): string {
  return checked(value).replace(/[&<>\r]/g, (character) => textEscapes[character] ?? character);
}

function attribute(value: string): string {
  return checked(value).replace(
    /[&<"\t\n\r]/g,
    (character) => attributeEscapes[character] ?? character,
  );
}

function checked(value: string): string {
  // What XML 1.0 cannot hold, half of a pair included.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (!value.isWellFormed() || /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(value)) {
    throw invalidSetting(
      'assertion',
      'A text of the SAML assertion holds a control character. Check issuer, subject, audience and attributes.',
    );
  }
  return value;
}
