import { inspect } from 'node:util';
import { ConnectorError } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { SandboxFault } from '../conformance-sandbox.ts';
import { listPages } from '../reading.ts';
import { deadUrl } from '../stage/foreign-server.ts';
import { findSecret } from '../stage/secret-forms.ts';
import type { BehaviourContext, Stage } from '../stage/stage.ts';
import { canList } from './applicability.ts';

/** Everything that an error shows to a person, a log or an API. */
const facesOf = (error: unknown): readonly string[] => [
  String(error),
  error instanceof Error ? `${error.message}\n${error.stack}` : '',
  JSON.stringify(error) ?? '',
  JSON.stringify(ConnectorError.isInstance(error) ? { ...error } : error) ?? '',
  inspect(error, { depth: 10, showHidden: true }),
  // What an error tracker finds that walks the causes by itself.
  ...causesOf(error).map((cause) =>
    inspect(cause, { depth: 10, showHidden: true, customInspect: false }),
  ),
];

function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let at = error; at instanceof Error && at.cause !== undefined; at = at.cause) {
    causes.push(at.cause);
  }
  return causes;
}

/** Ways to fail, the vendor's own echo of what it was sent among them. */
function faults(secrets: readonly string[]): readonly (SandboxFault | undefined)[] {
  const echo = JSON.stringify({
    error: {
      code: 'E1',
      message: secrets
        .map(
          (secret) =>
            `Rejected: authorization: Bearer ${secret}; api_key=${secret}; password: "${secret}"`,
        )
        .join('\n'),
    },
  });
  const echoing = {
    kind: 'status',
    body: echo,
    contentType: 'application/json',
    times: 40,
  } as const;
  return [
    undefined,
    { kind: 'status', status: 401, times: 40 },
    { ...echoing, status: 400 },
    { ...echoing, status: 401 },
    { ...echoing, status: 500 },
    { kind: 'html-page', times: 40 },
    { kind: 'malformed-json', times: 40 },
    { kind: 'reset-before', times: 40 },
  ];
}

interface Failure {
  readonly error: unknown;
  readonly stage: Stage;
}

async function* failures({ stage, entity, harness }: BehaviourContext): AsyncGenerator<Failure> {
  const fail = async (on: Stage): Promise<Failure> => ({
    stage: on,
    error: await listPages(on.connector, entity).catch((error: unknown) => error),
  });
  yield await fail(await stage({ credentials: 'bad' }));
  yield await fail(await stage({ baseUrl: await deadUrl() }));
  for (const fault of faults(harness.secrets)) {
    const on = await stage();
    if (fault) on.failReads(fault);
    yield await fail(on);
  }
}

export const redactionBehaviours: readonly Behaviour[] = [
  {
    id: 'redaction/errors',
    group: 'redaction',
    name: 'shows no secret in an error, however it is printed',
    appliesTo: canList,
    async run(context) {
      for await (const { error } of failures(context)) {
        for (const face of facesOf(error)) {
          const found = findSecret(face, context.harness.secrets);
          ensure(
            found === undefined,
            `An error shows the secret that begins with "${found?.slice(0, 3)}"`,
          );
        }
      }
    },
  },
  {
    id: 'redaction/log',
    group: 'redaction',
    name: 'writes no secret to its log',
    appliesTo: canList,
    async run(context) {
      for await (const { stage } of failures(context)) {
        const found = findSecret(stage.logger.lines.join('\n'), context.harness.secrets);
        ensure(
          found === undefined,
          `The log shows the secret that begins with "${found?.slice(0, 3)}"`,
        );
      }
    },
  },
  {
    id: 'redaction/connector',
    group: 'redaction',
    name: 'shows no secret when the connector itself is printed',
    async run({ stage, harness }) {
      const { connector } = await stage();
      await connector.connect();
      const text = `${inspect(connector, { depth: 10, showHidden: true })} ${JSON.stringify(connector)}`;
      const found = findSecret(text, harness.secrets);
      ensure(
        found === undefined,
        `The connector shows the secret that begins with "${found?.slice(0, 3)}"`,
      );
    },
  },
];
