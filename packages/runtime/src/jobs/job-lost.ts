import { ConnectorError } from '@common/connector-core';

/** The reason of a signal, and the error of a heartbeat, when a job belongs to nobody or to another worker. */
export function jobLost(id: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_JOB_LOST',
    category: 'conflict',
    message: `The job ${id} was cancelled, or another worker took it over while this one did not answer. Stop: nothing of it is to be done here any more.`,
  });
}

/** The reason of a signal when its worker closes. */
export function workerClosing(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    message: 'The worker closes. Its jobs are given back; another worker goes on with them.',
  });
}
