import type { RefusalHint } from '@common/connector-core';

/**
 * What to do when Salesforce refuses a sign-in. It says `invalid_grant` for nearly everything; the
 * difference is in the description (help.salesforce.com, OAuth error codes).
 */
export const signInHints: readonly RefusalHint[] = [
  {
    pattern: /hasn'?t approved this consumer/i,
    advice:
      'The user has not approved the app. In the policies of the External Client App set "Permitted Users" to "Admin approved users are pre-authorized" and add a profile or permission set of the user.',
  },
  {
    pattern: /audience is invalid|invalid audience/i,
    advice:
      'The org belongs to another login host: use https://login.salesforce.com for production and https://test.salesforce.com for sandboxes, or set audience.',
  },
  {
    pattern: /invalid assertion|assertion (?:is )?invalid|expired assertion/i,
    advice:
      'Check that the certificate of the private key is uploaded in the External Client App, that clientId is its consumer key, and that the clock of this machine is right (an assertion lives 3 minutes at most).',
  },
  {
    pattern: /no client credentials user (?:enabled|specified|configured)/i,
    advice:
      'In the policies of the External Client App enable the client credentials flow and choose a "Run As" user.',
  },
  {
    pattern: /request not supported on this domain/i,
    advice:
      'This grant works at the My Domain of the org only: set loginUrl to https://<your domain>.my.salesforce.com.',
  },
  {
    pattern: /token request is already being processed/i,
    advice:
      'Another process uses the same refresh token at this moment. Let all processes share one token store.',
    // Salesforce calls it `invalid_grant`, and the refresh token stays good.
    isPassing: true,
  },
  {
    // Also what an assertion is told whose time does not fit.
    pattern: /expired authorization code/i,
    advice:
      'It came too late: a code of the browser is good for 15 minutes and once. With a JWT the clock of this machine is wrong (an assertion lives 3 minutes at most).',
  },
  {
    pattern: /expired access\/refresh token|token (?:was )?revoked/i,
    advice:
      'The grant has ended: it was revoked, was not used for too long, was used before (rotation), or five newer ones have taken its place. Sign in again.',
  },
  {
    pattern: /inactive user|user (?:is )?inactive|user account is (?:disabled|frozen)/i,
    advice: 'The user is deactivated or frozen. Activate it in Setup, Users.',
  },
  {
    pattern: /inactive org|org(?:anization)? is inactive|inactive organization/i,
    advice:
      'The org is locked, has ended (trial, scratch org) or is being moved. Ask its administrator, and check loginUrl.',
  },
  {
    pattern: /authentication failure|user or admin denied/i,
    advice:
      'Salesforce does not let the user in: password changed, login hours, IP range of the profile, or the wrong login host (https://test.salesforce.com for sandboxes). The Login History of the user in Setup tells which.',
  },
  {
    pattern: /ip restricted|ip (?:address )?(?:not|is not) allowed/i,
    advice: 'Add the address of this machine to the IP ranges of the app or profile.',
  },
  {
    pattern: /client identifier invalid|invalid client credentials/i,
    advice:
      'Check the consumer key and secret. A new app needs up to ten minutes, and a sandbox that was refreshed has other keys.',
  },
];
