import { ConnectorError } from '@common/connector-core';

/**
 * Domains of Salesforce that `instance_url` may name. `force.com` is still in use for instances of old,
 * the others for government clouds and China.
 */
const salesforceHosts = [
  '*.salesforce.com',
  '*.force.com',
  '*.salesforce.mil',
  '*.cloudforce.com',
  '*.database.com',
  '*.sfcrmproducts.cn',
] as const;

/** What a token response may name as the address of the API. */
export function instanceUrlOptions(loginUrl: string, instanceHosts: readonly string[] = []) {
  const own = new URL(loginUrl).hostname;
  return { field: 'instance_url', hosts: [...salesforceHosts, own, ...instanceHosts] };
}

/**
 * The origin where users sign in.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for addresses that are none
 */
export function readLoginUrl(loginUrl: string): string {
  const url = URL.canParse(loginUrl) ? new URL(loginUrl) : undefined;
  if (url === undefined) {
    throw badLoginUrl(
      'is no URL. Give https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the My Domain of the org, for example https://acme.my.salesforce.com.',
    );
  }
  if (/\.lightning\.force\.com$/i.test(url.hostname)) {
    const domain = url.hostname.replace(/\.lightning\.force\.com$/i, '');
    throw badLoginUrl(
      `is the address of the pages for people. Give https://${domain}.my.salesforce.com instead.`,
    );
  }
  if (url.pathname !== '/' || url.search !== '') {
    throw badLoginUrl(`has a path. Give the host alone: ${url.origin}.`);
  }
  return url.origin;
}

/**
 * `aud` of an assertion: Salesforce wants its login host, of production or of sandboxes, also where the
 * token is fetched at the My Domain.
 */
export function audienceOf(loginUrl: string): string {
  const { hostname, origin } = new URL(loginUrl);
  if (/\.sandbox\.my\.salesforce\.com$/i.test(hostname)) return 'https://test.salesforce.com';
  if (/\.my\.salesforce\.com$/i.test(hostname)) return 'https://login.salesforce.com';
  return origin;
}

/** Whether users of all orgs sign in there; some grants want the org's own address. */
export const isSharedLogin = (loginUrl: string): boolean =>
  /^(?:login|test)\.salesforce\.com$/i.test(new URL(loginUrl).hostname);

export function badLoginUrl(problem: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The setting loginUrl ${problem}`,
    system: 'salesforce',
    path: 'loginUrl',
    notExecuted: true,
  });
}
