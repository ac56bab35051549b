import type { HttpRequest } from '@common/connector-core';

/** A file with what is said about it, as Intuit's upload takes it: `file_metadata_01`, `file_content_01`. */
export function uploadBody(file: {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly metadata: object;
  /** Not in the bytes: it is made of random. */
  readonly boundary: string;
}): Pick<HttpRequest, 'body' | 'headers'> {
  const { contentType, bytes, metadata, boundary } = file;
  // RFC 7578: quotes and line breaks in a name are percent-encoded.
  const fileName = file.fileName.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="file_metadata_01"; filename="metadata.json"',
    'Content-Type: application/json; charset=UTF-8',
    '',
    JSON.stringify(metadata),
    `--${boundary}`,
    `Content-Disposition: form-data; name="file_content_01"; filename="${fileName}"`,
    `Content-Type: ${contentType}`,
    '',
    '',
  ].join('\r\n');
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
