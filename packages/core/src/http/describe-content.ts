/** What a body turned out to be, in words. */
export interface ContentDescription {
  readonly looksLike: string;
  readonly isHtml: boolean;
  /** A page that wants a person to sign in. */
  readonly isLogin: boolean;
}

const headBytes = 16 * 1024;
const loginMark =
  /type\s*=\s*["']?password|name\s*=\s*["']?SAML(?:Request|Response)|<title>[^<]*(?:log ?[io]n|sign ?[io]n|anmeld)/i;

/** Looks at the beginning of a body to say what it is. */
export function describeContent(bytes: Uint8Array): ContentDescription {
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString('utf8').trimStart();
  if (head === '') return { looksLike: 'an empty body', isHtml: false, isLogin: false };
  if (/^(?:<!doctype html|<html|<!--[\s\S]*?<html|<head|<body)/i.test(head)) {
    const isLogin = loginMark.test(head);
    return { looksLike: isLogin ? 'a login page' : 'an HTML page', isHtml: true, isLogin };
  }
  const looksLike = head.startsWith('<')
    ? 'an XML document'
    : /^[[{]/.test(head)
      ? 'JSON that is damaged or cut off'
      : 'plain text';
  return { looksLike, isHtml: false, isLogin: false };
}
