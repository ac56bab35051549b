import type { z } from 'zod';
import { oauth2Kinds } from './oauth2-kinds.ts';
import { plainKinds } from './plain-kinds.ts';
import { sessionKind } from './session-kind.ts';

/** Every way to sign in that can be stored as JSON, by `kind`. */
export const credentialKinds = {
  ...plainKinds,
  session: sessionKind,
  ...oauth2Kinds,
};

/** Credentials of any of these kinds, as they are stored. */
export type Credentials = {
  readonly [Kind in keyof typeof credentialKinds]: z.input<
    (typeof credentialKinds)[Kind]['schema']
  >;
}[keyof typeof credentialKinds];
