import { ConnectorError, type ConnectorErrorInit } from '@common/connector-core';

type Context = Pick<ConnectorErrorInit, 'path' | 'system' | 'cause'>;

/** What was given cannot be used. @param path - the setting, which the message begins with */
export function unusable(path: string, problem: string, context: Context = {}): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `${path}: ${problem}`,
    path,
    ...context,
  });
}

export function notFound(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_NOT_FOUND', category: 'not-found', message });
}

export function noSuchConnection(code: string): ConnectorError {
  return notFound(
    `There is no connection ${JSON.stringify(code)}. list() shows those of this tenant.`,
  );
}

export function conflict(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_CONFLICT', category: 'conflict', message });
}

export function changedMeanwhile(code: string): ConnectorError {
  return conflict(
    `The connection ${code} was changed by somebody else meanwhile. Read it again and repeat the change.`,
  );
}

export function codeTaken(code: string): ConnectorError {
  return conflict(
    `code: there is a connection ${code} already. Give another code, or remove that connection first.`,
  );
}

export function denied(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_PERMISSION_DENIED', category: 'permission', message });
}

export function isCode(error: unknown, code: string): boolean {
  return ConnectorError.isInstance(error) && error.code === code;
}
