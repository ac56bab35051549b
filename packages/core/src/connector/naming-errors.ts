import { ConnectorError } from '../errors/connector-error.ts';

/** Errors of the work say whose they are, and of what, where they do not yet. */
export async function namingErrors<Result>(
  work: Promise<Result>,
  context: {
    readonly system: string;
    readonly entity: string;
    readonly key?: string | undefined;
  },
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw ConnectorError.isInstance(error) ? error.with(context) : error;
  }
}
