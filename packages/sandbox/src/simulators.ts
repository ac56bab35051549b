import type { Sandbox, SandboxServerOptions } from './toolkit/create-sandbox.ts';

/** What the shell command passes to every simulator. */
export interface SimulatorOptions extends SandboxServerOptions {
  /** How many records to start with. */
  readonly records?: number | undefined;
}

/** A simulator that runs, and the settings that a connector needs for it. */
export interface StartedSimulator {
  readonly sandbox: Sandbox;
  readonly settings: Readonly<Record<string, string>>;
}

/** The simulators that the shell command knows. Each is loaded only when it is asked for. */
export const simulators: Readonly<
  Record<string, (options: SimulatorOptions) => Promise<StartedSimulator>>
> = {
  async common(options) {
    const { startCommonSandbox } = await import('./common/index.ts');
    const sandbox = await startCommonSandbox(options);
    return { sandbox, settings: sandbox.settings };
  },
};
