import type { SandboxRoute } from '../../toolkit/router.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { Row } from '../schema/object-definition.ts';
import { bearerOf } from './bearer.ts';
import { OAuthError } from './oauth-error.ts';
import type { Session, Sessions } from './sessions.ts';

/** Who a token belongs to. A refused call throws OAuthError. */
export function createIdentityRoutes(options: {
  readonly sessions: Sessions;
  readonly organizationId: string;
  readonly user: () => Row;
  readonly instanceUrl: () => string;
  readonly identityUrl: (userId: string) => string;
}): readonly SandboxRoute[] {
  const { sessions } = options;

  const signedIn = (request: SandboxRequest): Session => {
    const session = sessions.find(
      bearerOf(request) ?? request.query.get('oauth_token') ?? undefined,
    );
    // The identity service answers in plain text.
    if (!session) throw new OAuthError('Bad_OAuth_Token', 'Bad_OAuth_Token', 403);
    return session;
  };

  const urls = () => {
    const base = options.instanceUrl();
    const rest = `${base}/services/data/v{version}/`;
    return {
      enterprise: `${base}/services/Soap/c/{version}/${options.organizationId.slice(0, 15)}`,
      metadata: `${base}/services/Soap/m/{version}/${options.organizationId.slice(0, 15)}`,
      partner: `${base}/services/Soap/u/{version}/${options.organizationId.slice(0, 15)}`,
      rest,
      sobjects: `${rest}sobjects/`,
      search: `${rest}search/`,
      query: `${rest}query/`,
      recent: `${rest}recent/`,
      profile: `${base}/${options.user().Id}`,
    };
  };

  const identity = (request: SandboxRequest): SandboxResponse => {
    const { userId } = signedIn(request);
    const user = options.user();
    const id = options.identityUrl(userId);
    const photos = {
      picture: `${options.instanceUrl()}/profilephoto/005/F`,
      thumbnail: `${options.instanceUrl()}/profilephoto/005/T`,
    };
    return {
      status: 200,
      body: {
        id,
        asserted_user: true,
        user_id: userId,
        organization_id: options.organizationId,
        username: user.Username,
        nick_name: 'integration',
        display_name: `${user.FirstName} ${user.LastName}`,
        email: user.Email,
        email_verified: true,
        user_type: 'STANDARD',
        language: 'en_US',
        locale: 'en_US',
        utcOffset: 0,
        last_modified_date: new Date(Number(user.LastModifiedDate)).toISOString(),
        is_app_installed: true,
        photos,
        urls: urls(),
      },
    };
  };

  const userinfo = (request: SandboxRequest): SandboxResponse => {
    const { userId } = signedIn(request);
    const user = options.user();
    return {
      status: 200,
      body: {
        sub: options.identityUrl(userId),
        user_id: userId,
        organization_id: options.organizationId,
        preferred_username: user.Username,
        nickname: 'integration',
        name: `${user.FirstName} ${user.LastName}`,
        email: user.Email,
        email_verified: true,
        given_name: user.FirstName,
        family_name: user.LastName,
        zoneinfo: 'Etc/UTC',
        locale: 'en_US',
        profile: `${options.instanceUrl()}/${userId}`,
        urls: urls(),
      },
    };
  };

  return [
    { method: 'GET', path: '/services/oauth2/userinfo', operation: 'userinfo', handler: userinfo },
    { method: 'POST', path: '/services/oauth2/userinfo', operation: 'userinfo', handler: userinfo },
    {
      method: 'GET',
      path: '/id/:organizationId/:userId',
      operation: 'identity',
      handler: identity,
    },
  ];
}
