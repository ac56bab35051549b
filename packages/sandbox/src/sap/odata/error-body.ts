import type { SapFault } from './fault.ts';
import type { Service } from './model.ts';

export interface ErrorContext {
  readonly fault: SapFault;
  readonly service: Service | undefined;
  readonly language: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** 32 hexadecimal digits. */
  readonly transactionId: string;
  /** Content-ID of the failed part of a change set. */
  readonly contentId?: string | undefined;
}

const adtHint =
  'use ADT feed reader "SAP Gateway Error Log" or run transaction /IWFND/ERROR_LOG on SAP Gateway hub system and search for entries with the timestamp above for more details';

function timestamp(milliseconds: number, digits: number): string {
  const iso = new Date(milliseconds).toISOString();
  const [seconds = '', fraction = ''] = iso.replace(/[-:TZ]/g, '').split('.');
  return `${seconds}.${fraction.padEnd(digits, '0')}`;
}

/** The V2 envelope of sap.md 1.16. */
export function errorBodyV2(context: ErrorContext): unknown {
  const { fault, service, contentId = '' } = context;
  const details = fault.details.map(({ code, message, severity, target = '' }) => ({
    ContentID: contentId,
    code,
    message,
    longtext_url: '',
    propertyref: target,
    severity,
    target,
    transition: false,
  }));
  if (fault.origin === 'business') {
    details.push({
      ContentID: contentId,
      code: '/IWBEP/CX_MGW_BUSI_EXCEPTION',
      message: 'An exception was raised.',
      longtext_url: '',
      propertyref: '',
      severity: 'error',
      target: '',
      transition: false,
    });
  }
  return {
    error: {
      code: fault.code,
      message: { lang: context.language, value: fault.message },
      innererror: {
        ...(service
          ? {
              application: {
                component_id: '',
                service_namespace: '/SAP/',
                service_id: service.id,
                service_version: '0001',
              },
            }
          : {}),
        transactionid: context.transactionId,
        timestamp: timestamp(context.now, 7),
        Error_Resolution: {
          SAP_Transaction: `For backend administrators: ${adtHint}`,
          SAP_Note:
            'See SAP Note 1797736 for error analysis (https://service.sap.com/sap/support/notes/1797736)',
          Batch_SAP_Note: 'See SAP Note 1869434 for details about working with $batch',
        },
        errordetails: details,
      },
    },
  };
}

const numericSeverities = { success: 1, info: 2, warning: 3, error: 4 } as const;

/** The V4 envelope of sap.md 1.16. */
export function errorBodyV4(context: ErrorContext): unknown {
  const { fault, service, contentId } = context;
  const details = fault.details.slice(fault.origin === 'business' ? 1 : 0);
  return {
    error: {
      code: fault.code,
      message: fault.message,
      ...(fault.details[0]?.target ? { target: fault.details[0].target } : {}),
      '@SAP__common.ExceptionCategory':
        fault.origin === 'business' ? 'Provider_Application_Error' : 'Client_Error',
      ...(contentId === undefined ? {} : { '@SAP__core.ContentID': contentId }),
      details: details.map(({ code, message, severity, target }) => ({
        code,
        message,
        ...(target === undefined ? {} : { target }),
        '@SAP__common.Severity': severity,
        '@SAP__common.numericSeverity': numericSeverities[severity],
      })),
      innererror: {
        ErrorDetails: {
          '@SAP__common.Application': {
            ComponentId: 'MM-PUR',
            ServiceRepository: 'SRVD_A2X',
            ServiceId: service?.id ?? '',
            ServiceVersion: '0001',
          },
          '@SAP__common.TransactionId': context.transactionId,
          '@SAP__common.Timestamp': timestamp(context.now, 6),
          '@SAP__common.ErrorResolution': {
            Analysis: `For backend administrators: ${adtHint}`,
            Note: 'See SAP Note 1797736 for error analysis (https://service.sap.com/sap/support/notes/1797736)',
          },
        },
      },
    },
  };
}

export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** What a caller gets who does not accept JSON [G]. */
export function errorXml({ fault, language, transactionId, now }: ErrorContext): string {
  const details = fault.details
    .map(
      ({ code, message, severity, target = '' }) =>
        `<errordetail><code>${escapeXml(code)}</code><message>${escapeXml(message)}</message><propertyref>${escapeXml(target)}</propertyref><severity>${severity}</severity></errordetail>`,
    )
    .join('');
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">' +
    `<code>${escapeXml(fault.code)}</code><message xml:lang="${language}">${escapeXml(fault.message)}</message>` +
    `<innererror><transactionid>${transactionId}</transactionid><timestamp>${timestamp(now, 7)}</timestamp>` +
    `<errordetails>${details}</errordetails></innererror></error>`
  );
}
