import { describe, expect, it } from 'vitest';
import { createGovernor } from '../resilience/governor.ts';
import { splitPipelineOptions } from './pipeline-options.ts';

describe('the options of a connector', () => {
  it('are parted into those of the pipeline and its own', () => {
    const governor = createGovernor();
    const observer = {};
    const { pipeline, rest } = splitPipelineOptions({
      ...{ tenant: '100', governor, observer, deadlineMs: 5 },
      ...{ baseUrl: 'https://erp.example', pageSize: 10 },
    });
    expect(pipeline).toEqual({ tenant: '100', governor, observer, deadlineMs: 5 });
    expect(pipeline.governor).toBe(governor);
    expect(rest).toEqual({ baseUrl: 'https://erp.example', pageSize: 10 });
  });

  it('leave a slip of the pen to the settings, which tell it', () => {
    const options: object = { governer: 1, toString: 2 };
    expect(splitPipelineOptions(options)).toEqual({ pipeline: {}, rest: options });
  });

  it('are as good as absent when undefined', () => {
    const { pipeline, rest } = splitPipelineOptions({ clock: undefined, client: undefined });
    expect(Object.keys({ ...pipeline, ...rest })).toEqual([]);
  });
});
