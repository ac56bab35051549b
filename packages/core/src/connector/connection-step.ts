import type { ConnectorError } from '../errors/connector-error.ts';
import type { CommonStep } from './failed-step.ts';

/** What is said of a step. */
export interface ConnectionStep {
  /** Without it a step that was passed is not told. */
  readonly passed?: string | undefined;
  /**
   * What is wrong and what to do.
   *
   * @param subject - that of the probe
   * @default the message of the error
   */
  readonly failed?: ((error: ConnectorError, subject: string) => string) | undefined;
}

/** Whom a connection leads to. */
export interface CalledService {
  readonly baseUrl: string;
  /** In a sentence, for example `the Common API`. */
  readonly name: string;
  /** The settings with the address, for example `baseUrl`. */
  readonly setting: string;
}

/** The words of the steps between here and there, the same for every vendor. */
export function wordsOnTheWay({
  baseUrl,
  name,
  setting,
}: CalledService): Partial<Record<CommonStep, ConnectionStep>> {
  const { host, protocol } = new URL(baseUrl);
  const isEncrypted = protocol === 'https:';
  const named = name.replace(/^./, (letter) => letter.toUpperCase());
  // An error that names the host itself is not about this one.
  const unlessElsewhere = (words: string, { message }: ConnectorError): string =>
    /token endpoint|proxy/i.test(message) ? message : `${words} ${message}`;
  return {
    network: {
      passed: `${host} answers.`,
      failed: (error) =>
        unlessElsewhere(
          `${host} cannot be reached. Check ${setting}: host, port, http or https, and whether proxy and network let this machine through.`,
          error,
        ),
    },
    tls: {
      passed: isEncrypted ? 'The connection is encrypted.' : 'Without TLS, as the address says.',
      failed: ({ message }) => `No trusted connection to ${host}. ${message}`,
    },
    service: {
      passed: `${named} is there.`,
      failed: (error) =>
        unlessElsewhere(
          isAnswerOfOthers(error)
            ? `What answers at ${host} is not ${name}. Check ${setting}.`
            : `${named} is there and cannot serve the call now, for example during maintenance.`,
          error,
        ),
    },
  };
}

const isAnswerOfOthers = ({ category, code }: ConnectorError): boolean =>
  code === 'ERR_UNEXPECTED_CONTENT' ||
  category === 'configuration' ||
  category === 'not-found' ||
  category === 'unsupported';
