import { type ChildProcess, fork } from 'node:child_process';

/** A process of a measurement. It tells what it does by `process.send`. */
export interface Child {
  /** Waits for the next message with these words at its beginning, and answers the rest of it. */
  told(words: string): Promise<string>;
  /** Is given all of its messages from now on. */
  listen(listener: (message: string) => void): void;
  tell(message: string): void;
  kill(): Promise<void>;
}

/** Starts a source of `bench` in a process of its own. */
export function startChild(
  file: URL,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Child {
  const child: ChildProcess = fork(file, args, {
    execArgv: ['--conditions=@common/source', '--disable-warning=ExperimentalWarning', ...execArgv],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    told: (words) =>
      new Promise((resolve, reject) => {
        const listen = (message: unknown): void => {
          if (typeof message !== 'string' || !message.startsWith(words)) return;
          child.off('message', listen);
          child.off('exit', fail);
          resolve(message.slice(words.length));
        };
        const fail = (code: number | null, signal: string | null): void =>
          reject(
            new Error(`${file.pathname} ended with ${code ?? signal} before it told "${words}".`),
          );
        child.on('message', listen);
        child.once('exit', fail);
      }),
    listen: (listener) => void child.on('message', (message) => listener(String(message))),
    tell: (message) => void child.send(message),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
