import { type ClassifyResponse, ConnectorError, namingErrors } from '@common/connector-core';
import { isRolledBack, type SalesforceProblem, verdictOf } from './error-verdicts.ts';
import { fieldNamedIn, withoutValues } from './message-values.ts';

export type { SalesforceProblem };

/**
 * The error of what Salesforce complains about. With several complaints the first that is to blame
 * decides; the others are told too.
 *
 * @param status - HTTP status for codes that are not known here
 */
export function salesforceError(
  problems: readonly SalesforceProblem[],
  status = 400,
): ConnectorError {
  const blamed = problems.filter((problem) => !isRolledBack(problem));
  const told = (blamed.length > 0 ? blamed : problems).slice(0, 3);
  const [first] = told;
  const code = first?.code ?? '';
  const { advice, ...verdict } = verdictOf(first, status);
  const fields = [...new Set(told.flatMap(fieldsOf))];
  const words = told
    // "Session expired" behind "SESSION_ID:" would be taken for a session and cut out of what is shown.
    .filter((problem) => problem.code !== 'INVALID_SESSION_ID')
    .map(({ message }) => sentence(withoutValues(message)));
  const where = fields.length > 0 ? ` (${fields.join(', ')})` : '';
  const said = words.join(' ').trim();
  return new ConnectorError({
    ...verdict,
    message: [`Salesforce says ${code || status}${where}${said === '' ? '.' : `: ${said}`}`, advice]
      .filter(Boolean)
      .join(' '),
    vendorCode: code || undefined,
    path: fields[0],
  });
}

/** What follows it begins a sentence of its own. */
const sentence = (text: string): string => (/[\w)\]'"]$/.test(text) ? `${text}.` : text);

const fieldsOf = ({ fields, message }: SalesforceProblem): readonly string[] =>
  fields.length > 0 ? fields : [fieldNamedIn(message) ?? []].flat();

/** Reads the complaints out of a body: of REST, of sign-ins and of a gateway. */
export function problemsIn(body: unknown): readonly SalesforceProblem[] {
  if (Array.isArray(body)) return body.flatMap((entry) => problemOf(entry) ?? []);
  const one = problemOf(body);
  return one === undefined ? [] : [one];
}

function problemOf(entry: unknown): SalesforceProblem | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { errorCode, statusCode, message, fields, error, error_description } = entry as Record<
    string,
    unknown
  >;
  const code = errorCode ?? statusCode ?? error;
  if (typeof code !== 'string') return undefined;
  const text = message ?? error_description;
  return {
    code,
    message: typeof text === 'string' ? text : '',
    fields: Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : [],
  };
}

/**
 * Reads what Salesforce answers: errors as a list, in XML from a gateway, several records of one external
 * id (300), a version that is retired (410), an org that is elsewhere or gone (420).
 */
export const classifySalesforceResponse: ClassifyResponse = (response) => {
  const { status } = response;
  if (status < 300 || status === 304) return undefined;
  if (status === 300) {
    return new ConnectorError({
      code: 'ERR_CONFLICT',
      category: 'conflict',
      message:
        'Several records of Salesforce have this external id, so nobody knows which one is meant. Merge them, and make the field unique.',
    });
  }
  if (status === 301 || status === 302 || status === 307 || status === 308) return undefined;
  const problems = problemsOfText(response.text());
  if (problems.length > 0) return salesforceError(problems, status);
  if (status === 410) return salesforceError([plain('UNSUPPORTED_API_VERSION')], status);
  if (status === 420) {
    return new ConnectorError({
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message:
        'Salesforce does not reach the org at this address (HTTP 420): it is being moved, or a scratch org or sandbox was deleted. Sign in again; if it stays, check loginUrl and instanceUrl.',
      notExecuted: true,
    });
  }
  if (status === 414 || status === 431) {
    return new ConnectorError({
      code: 'ERR_VALIDATION',
      category: 'validation',
      message: `The address of the request is too long for Salesforce (HTTP ${status}). Ask for fewer fields or keys.`,
    });
  }
  return undefined;
};

const plain = (code: string): SalesforceProblem => ({ code, message: '', fields: [] });

function problemsOfText(text: string): readonly SalesforceProblem[] {
  if (text.trimStart().startsWith('<')) {
    const code = /<errorCode>([\w]{1,80})<\/errorCode>/.exec(text)?.[1];
    const message = /<message>([^<]{0,500})<\/message>/.exec(text)?.[1] ?? '';
    return code === undefined ? [] : [{ code, message, fields: [] }];
  }
  try {
    return problemsIn(JSON.parse(text));
  } catch {
    return [];
  }
}

/** Errors of the work say that they are Salesforce's, and of what, where they do not yet. */
export const namingSalesforce = <Result>(
  work: Promise<Result>,
  context: { readonly entity: string; readonly key?: string | undefined },
): Promise<Result> => namingErrors(work, { system: 'salesforce', ...context });
