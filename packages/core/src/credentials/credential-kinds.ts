import { oauth2Kinds } from './oauth2-kinds.ts';
import { plainKinds } from './plain-kinds.ts';
import { sessionKind } from './session-kind.ts';

/** Every way to sign in that can be stored as JSON, by `kind`. */
export const credentialKinds = {
  ...plainKinds,
  session: sessionKind,
  ...oauth2Kinds,
};
