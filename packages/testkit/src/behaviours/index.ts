import type { Behaviour } from '../behaviour.ts';
import { abortBehaviours } from './abort-behaviours.ts';
import { authenticationBehaviours } from './authentication-behaviours.ts';
import { changeBehaviours } from './change-behaviours.ts';
import { connectionBehaviours } from './connection-behaviours.ts';
import { descriptionBehaviours } from './description-behaviours.ts';
import { eventBehaviours } from './event-behaviours.ts';
import { factoryBehaviours } from './factory-behaviours.ts';
import { getBehaviours } from './get-behaviours.ts';
import { idempotencyBehaviours } from './idempotency-behaviours.ts';
import { listBehaviours } from './list-behaviours.ts';
import { manifestBehaviours } from './manifest-behaviours.ts';
import { meanwhileBehaviours } from './meanwhile-behaviours.ts';
import { operationBehaviours } from './operation-behaviours.ts';
import { redactionBehaviours } from './redaction-behaviours.ts';
import { resilienceBehaviours } from './resilience-behaviours.ts';
import { templateBehaviours } from './template-behaviours.ts';
import { throttlingBehaviours } from './throttling-behaviours.ts';
import { webhookBehaviours } from './webhook-behaviours.ts';
import { writeBehaviours } from './write-behaviours.ts';

/** What every connector must do, in the order of the report. */
export const behaviours: readonly Behaviour[] = [
  ...manifestBehaviours,
  ...connectionBehaviours,
  ...descriptionBehaviours,
  ...listBehaviours,
  ...changeBehaviours,
  ...meanwhileBehaviours,
  ...getBehaviours,
  ...writeBehaviours,
  ...idempotencyBehaviours,
  ...authenticationBehaviours,
  ...throttlingBehaviours,
  ...resilienceBehaviours,
  ...abortBehaviours,
  ...redactionBehaviours,
  ...templateBehaviours,
  ...factoryBehaviours,
  ...eventBehaviours,
  ...webhookBehaviours,
  ...operationBehaviours,
];
