import { startSapSandbox } from '@common/connector-sandbox/sap';
import { openStage } from '../shared/stage.ts';

/** A simulator of SAP, or with `--recorded` what it said before. */
export const stage = await openStage(import.meta.dirname, {
  sap: () => startSapSandbox({ products: 20 }),
});

/** What you know of a system of yours: its address, its client, a user. */
export const system = {
  connection: { ...stage.time, baseUrl: stage.url('sap'), client: '100' },
  signIn: { username: 'COMM_USER', password: 'sandbox-password' },
};

/** Somebody works in SAP. */
export function peopleChangeProducts(): void {
  stage.sandboxes?.sap.actions.changeProducts({ count: 5 });
}
