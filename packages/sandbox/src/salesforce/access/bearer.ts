import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';

/** The access token of a call; `OAuth` is the vendor's own word for Bearer. */
export const bearerOf = (request: SandboxRequest): string | undefined =>
  /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
