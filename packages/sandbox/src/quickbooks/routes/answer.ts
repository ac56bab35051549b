import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import { type GatewayFault, gatewayFaultBody } from '../fault/gateway-fault.ts';
import { faultBody, type QuickbooksFault } from '../fault/quickbooks-fault.ts';
import { isObject, type JsonObject } from '../model/json-object.ts';
import type { VendorTime } from '../model/vendor-time.ts';

/** JSON is answered to who accepts it; without an Accept header the vendor answers XML. */
function wantsJson({ headers, query }: SandboxRequest): boolean {
  const { accept } = headers;
  return accept !== undefined && (/json|\*\/\*/.test(accept) || query.get('format') === 'json');
}

const escapeXml = (value: unknown): string =>
  String(value).replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);

function toXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((inner) => toXml(name, inner)).join('');
  if (!isObject(value)) return `<${name}>${escapeXml(value)}</${name}>`;
  const { domain, sparse, name: label, value: text, ...rest } = value;
  const attributes = Object.entries({ domain, sparse, name: label })
    .filter(([, attribute]) => attribute !== undefined)
    .map(([key, attribute]) => ` ${key}="${escapeXml(attribute)}"`)
    .join('');
  const inner = Object.entries(rest).map(([key, child]) => toXml(key, child));
  return `<${name}${attributes}>${text === undefined ? '' : escapeXml(text)}${inner.join('')}</${name}>`;
}

const xmlAnswer = (status: number, now: string, inner: string): SandboxResponse => ({
  status,
  headers: { 'content-type': 'application/xml;charset=UTF-8' },
  body: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="${now}">${inner}</IntuitResponse>`,
});

/** Words answers the way the vendor does. */
export interface Answers {
  /** A body with the time of the answer. */
  ok(request: SandboxRequest, body: JsonObject): SandboxResponse;
  fault(request: SandboxRequest, fault: QuickbooksFault): SandboxResponse;
  gatewayFault(request: SandboxRequest, fault: GatewayFault): SandboxResponse;
}

export function createAnswers(time: VendorTime): Answers {
  const now = ({ clock }: SandboxRequest): string => time.toMillisecond(clock.now());
  const send = (request: SandboxRequest, status: number, body: JsonObject): SandboxResponse => {
    if (wantsJson(request)) {
      return {
        status,
        headers: { 'content-type': 'application/json;charset=UTF-8' },
        body: { ...body, time: now(request) },
      };
    }
    const inner = Object.entries(body).map(([name, value]) => toXml(name, value));
    return xmlAnswer(status, now(request), inner.join(''));
  };
  const faultXml = (type: string, code: string, message: string, detail: string): string =>
    `<Fault type="${type}"><Error code="${code}"><Message>${escapeXml(message)}</Message><Detail>${escapeXml(detail)}</Detail></Error></Fault>`;

  return {
    ok: (request, body) => send(request, 200, body),
    fault(request, fault) {
      if (wantsJson(request)) return send(request, fault.status, faultBody(fault));
      const { type, code, message, detail } = fault;
      return xmlAnswer(fault.status, now(request), faultXml(type, code, message, detail));
    },
    gatewayFault(request, fault) {
      if (wantsJson(request)) return send(request, fault.status, gatewayFaultBody(fault));
      const { type, code, message, detail } = fault;
      return xmlAnswer(fault.status, now(request), faultXml(type, code, message, detail));
    },
  };
}
