const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1>${text}</body></html>\n`;

/** What ICF writes to a caller that it does not let in [G]. */
export const logonErrorPage = (): string =>
  page(
    'Logon failed',
    '<p>Anmeldung fehlgeschlagen. What has happened? The logon data is invalid.</p>',
  );

/** The identity provider's page: to an API call it comes as 200. */
export const samlLoginPage = (): string =>
  page(
    'Sign in',
    '<form method="post" action="https://idp.example.com/saml2/idp/sso"><input type="hidden" name="SAMLRequest" value="PHNhbWxwOkF1dGhuUmVxdWVzdC8+"/><noscript><button>Continue</button></noscript></form>',
  );

export const maintenancePage = (): string =>
  page('Service Unavailable', '<p>The system is being maintained. Please try again later.</p>');
