import type { ODataAnswer, ODataCall } from './call.ts';
import { type EngineContext, errorAnswer } from './engine.ts';
import { SapFault } from './fault.ts';

export interface BatchOptions {
  readonly jsonBatch: boolean;
  readonly contentIdReferences: boolean;
}

export function answerBatch(
  call: ODataCall,
  context: EngineContext,
  _options: BatchOptions,
): ODataAnswer {
  return errorAnswer(new SapFault({ status: 501, code: 'x', message: 'x' }), call, context);
}
