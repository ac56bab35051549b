import type { Secret } from '../auth/auth-strategy.ts';

/** Where connections may lead and how they are secured. Data, all of it optional. */
export interface NetworkPolicy {
  readonly tls?: TlsPolicy | undefined;
  /**
   * The way out: a forward proxy that opens tunnels by HTTP `CONNECT`, for https and http alike.
   * `environment` reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters or
   * capitals, when the first connection opens.
   * @default 'none': a variable that somebody set for another program moves no credentials
   */
  readonly proxy?: 'none' | 'environment' | ProxyOptions | undefined;
  readonly addresses?: AddressPolicy | undefined;
  /**
   * The only places that connections may lead to, token endpoints included: host names
   * (`erp.example.com`), all hosts below a domain (`*.example.com`), addresses and ranges
   * (`10.1.0.0/16`, `2001:db8::/32`). A range is compared with the address that is connected to.
   * @default any
   */
  readonly hosts?: readonly string[] | undefined;
}

/** What a server has to show. TLS 1.2 is the least, and verification cannot be switched off. */
export interface TlsPolicy {
  /** Issuers to trust, PEM; a text may hold several. For servers and for a proxy with https. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /**
   * Whether `ca` comes on top of the issuers that Node trusts, or is all that is trusted.
   * @default 'add'
   */
  readonly caMode?: 'add' | 'replace' | undefined;
  /**
   * By host, the public keys that its server may have: `sha256/<base64>` of the SubjectPublicKeyInfo
   * of its own certificate. One has to match, after the usual verification. Give the next key beside
   * the present one before the server changes.
   * @default any key that a trusted issuer vouches for
   */
  readonly pins?: Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * By host, the name to ask for and to find in the certificate, for a server that is addressed by
   * an IP address or an alias.
   * @default the host of the URL
   */
  readonly servernames?: Readonly<Record<string, string>> | undefined;
}

/** A forward proxy. */
export interface ProxyOptions {
  /** `http://proxy.example.com:3128`, or `https:` for a proxy that speaks TLS. Without credentials. */
  readonly url: string;
  /** With `password`: Basic authentication at the proxy. */
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /**
   * Targets that are reached without the proxy, in the form of `NO_PROXY`: host names, which include
   * the hosts below them, `.example.com`, `host:8080`, addresses, ranges, `*`.
   * @default none
   */
  readonly noProxy?: readonly string[] | undefined;
}

/** Which addresses connections may lead to, compared with the address that is connected to. */
export interface AddressPolicy {
  /**
   * `metadata`: link-local IPv4 and the metadata services of cloud providers, which hand out the
   * credentials of the machine. `private`: these, and every address that is not public; for hosts
   * whose tenants type in addresses. Behind a proxy only names and literal addresses can be checked.
   * @default 'metadata'
   */
  readonly deny?: 'metadata' | 'private' | undefined;
  /**
   * Exceptions: addresses and ranges. A metadata service is allowed by its exact address only.
   * @default none
   */
  readonly allow?: readonly string[] | undefined;
}
