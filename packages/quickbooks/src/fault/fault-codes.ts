import type { ErrorCategory, ErrorCode } from '@common/connector-core';

/** What a code of Intuit means: for whom it is, and what to do. */
export interface FaultMeaning {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  readonly message: string;
}

const validation = (message: string): FaultMeaning => ({
  code: 'ERR_VALIDATION',
  category: 'validation',
  message,
});

const conflict = (message: string): FaultMeaning => ({
  code: 'ERR_CONFLICT',
  category: 'conflict',
  message,
});

/** By Intuit's codes (quickbooks facts 2.7). */
export const faultCodes: Readonly<Record<string, FaultMeaning>> = {
  '120': {
    code: 'ERR_PERMISSION_DENIED',
    category: 'permission',
    message:
      'The person who connected the company may no longer act for it. Let an administrator of the company connect it again.',
  },
  '500': {
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: 'QuickBooks does not offer this operation, or the text of the request is no UTF-8.',
  },
  '600': {
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'conflict',
    message:
      'QuickBooks has seen this request before and does not tell what came of it. Read the record back before writing it again.',
  },
  '610': {
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message:
      'QuickBooks has no such record, or one that the record refers to is inactive. Check the keys of the records that it refers to.',
  },
  '1040': {
    code: 'ERR_INTERNAL',
    category: 'internal',
    message: 'The batch has more items than QuickBooks takes.',
  },
  '2010': validation('A property is unknown to QuickBooks or may not be set here.'),
  '2020': validation('A required value is missing. Add it and write the record again.'),
  '2050': validation('A text is longer than QuickBooks takes.'),
  '2090': validation('A number is no number, or outside of what QuickBooks takes.'),
  '2170': validation('A value is none of those that QuickBooks knows for this property.'),
  '2500': validation(
    'A record that is referred to does not exist in this company. Bring it over first, or correct its key.',
  ),
  '3001': {
    code: 'ERR_RATE_LIMITED',
    category: 'rate-limit',
    message: 'QuickBooks asks for fewer requests; in a minute it will take them.',
  },
  '3100': {
    code: 'ERR_PERMISSION_DENIED',
    category: 'permission',
    message:
      'The sign-in is not good for this company: realmId is another one than was signed in for, the environment (production, sandbox) is the wrong one, or the app was disconnected from the company. Check both settings, then connect the company again.',
  },
  '3200': {
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message:
      'QuickBooks does not accept the access token. Check that the sign-in was made with the keys of this environment; connect the company again if it stays so.',
  },
  '4000': validation(
    'QuickBooks cannot read the query. Its language selects from one entity, joins conditions by AND alone, and has texts in single quotes.',
  ),
  '4001': validation(
    'QuickBooks refuses the query: an entity or a property in it is unknown or cannot be queried, or more than 1,000 records are asked for.',
  ),
  '5010': conflict('Somebody else has changed the record meanwhile. Read it again.'),
  '6000': validation('QuickBooks refuses the record by a rule of its business.'),
  '6070': validation(
    'An amount is not the product of its quantity and price. Correct one of them, or leave the amount out.',
  ),
  '6140': conflict(
    'Another document has this number already. Choose another number, or leave it out so that QuickBooks numbers it.',
  ),
  '6190': {
    code: 'ERR_PERMISSION_DENIED',
    category: 'permission',
    message:
      'The subscription of the company has ended, or its payment failed. The company has to renew it in QuickBooks.',
  },
  '6210': validation(
    'The books are closed for the date of the record. Use a later date, or let the company open the period.',
  ),
  '6240': conflict(
    'Another customer, supplier or employee (or another product, account) has this name already; names are unique over them. Use its key, or another name.',
  ),
  '6540': validation(
    'The payment is part of a deposit and cannot be changed. Take it out of the deposit in QuickBooks first.',
  ),
  '10000': {
    code: 'ERR_TRANSIENT',
    category: 'transient',
    message: 'QuickBooks failed.',
  },
};

/** By the type of the Fault, for codes that nobody has told us about. */
export function meaningOfType(type: string | undefined): FaultMeaning | undefined {
  // Intuit's own schema spells one of them AuthorizatonFault.
  if (/^auth(?:entication|n)/i.test(type ?? '')) return faultCodes['3200'];
  if (/^authoriz/i.test(type ?? '')) return faultCodes['3100'];
  if (/^(?:system|service)/i.test(type ?? '')) return faultCodes['10000'];
  if (/^validation/i.test(type ?? '')) return validation('QuickBooks refuses the record.');
  return undefined;
}
