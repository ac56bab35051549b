const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether secrets may go there: HTTPS, or this very machine. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
}
