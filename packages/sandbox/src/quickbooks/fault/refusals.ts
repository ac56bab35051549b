import { QuickbooksFault } from './quickbooks-fault.ts';

// Codes: quickbooks facts 2.7. The texts are shortened; clients are to read the code.

export const missing = (element: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '2020',
    message: 'Required param missing, need to supply the required value for the API',
    detail: `Required parameter ${element} is missing in the request`,
    element,
  });

export const invalidProperty = (element: string, what: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '2010',
    message: 'Request has invalid or unsupported property',
    detail: `Property Name:${element} ${what}`,
    element,
  });

export const tooLong = (element: string, maximum: number): QuickbooksFault =>
  new QuickbooksFault({
    code: '2050',
    message: 'String length is either shorter or longer than supported by specification',
    detail: `String length specified does not match the supported length. Max:${maximum}`,
    element,
  });

export const invalidEnumeration = (element: string, value: unknown): QuickbooksFault =>
  new QuickbooksFault({
    code: '2170',
    message: 'Invalid Enumeration',
    detail: `Invalid Enumeration : ${String(value)}`,
    element,
  });

export const invalidReference = (element: string, id: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '2500',
    message: 'Invalid Reference Id',
    detail: `Invalid Reference Id : ${element} ${id} not found`,
    element,
  });

export const notFound = (detail = 'Something you are trying to use is gone'): QuickbooksFault =>
  new QuickbooksFault({
    code: '610',
    message: 'Object Not Found',
    detail: `Object Not Found : ${detail}`,
  });

export const unsupported = (what: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '500',
    message: 'Unsupported Operation',
    detail: `Operation ${what} is not supported.`,
  });

export const stale = (): QuickbooksFault =>
  new QuickbooksFault({
    code: '5010',
    message: 'Stale Object Error',
    detail: 'Stale Object Error : You and someone else were working on this at the same time',
  });

export const businessRule = (detail: string, element?: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '6000',
    message: 'A business validation error has occurred while processing your request',
    detail: `Business Validation Error: ${detail}`,
    element,
  });

export const wrongAmount = (given: number, expected: number): QuickbooksFault =>
  new QuickbooksFault({
    code: '6070',
    message: 'Amount calculation incorrect in the request',
    detail: `Amount is not equal to UnitPrice * Qty. Supplied value:${given}, expected:${expected}`,
    element: 'Line.Amount',
  });

export const duplicateNumber = (
  docNumber: string,
  type: string,
  transactionId: string,
): QuickbooksFault =>
  new QuickbooksFault({
    code: '6140',
    message: 'Duplicate Document Number Error',
    detail: `Duplicate Document Number Error : DocNumber=${docNumber} is assigned to TxnType=${type} with TxnId=${transactionId}`,
  });

export const invalidCompanyStatus = (): QuickbooksFault =>
  new QuickbooksFault({
    code: '6190',
    message: 'Invalid Company Status',
    detail: 'Subscription period has ended or canceled or there was a billing problem',
  });

export const closedPeriod = (closingDate: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '6210',
    message: 'Account Period Closed, Cannot Update Through Services API',
    detail: `The account period has closed and the account books cannot be updated, as of ${closingDate}`,
  });

export const duplicateName = (): QuickbooksFault =>
  new QuickbooksFault({
    code: '6240',
    message: 'Duplicate Name Exists Error',
    detail: 'The name supplied already exists. : null',
  });

export const deposited = (): QuickbooksFault =>
  new QuickbooksFault({
    code: '6540',
    message: 'Deposited Transaction cannot be changed',
    detail: 'This transaction has been deposited. If you want to change it, edit the deposit first',
  });

export const batchTooLarge = (maximum: number): QuickbooksFault =>
  new QuickbooksFault({
    code: '1040',
    message: 'Batch size limit exceeded',
    detail: `The number of items in a batch is limited to ${maximum}`,
  });

export const duplicateRequestId = (): QuickbooksFault =>
  new QuickbooksFault({
    code: '600',
    message: 'Duplicate Request ID',
    detail: 'The request id was used for another operation',
    element: 'requestid',
  });

export const queryParserError = (detail: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '4000',
    message: 'Error parsing query',
    detail: `QueryParserError: ${detail}`,
  });

export const queryValidationError = (detail: string): QuickbooksFault =>
  new QuickbooksFault({
    code: '4001',
    message: 'Invalid query',
    detail: `QueryValidationError: ${detail}`,
  });

export const notAnAdministrator = (): QuickbooksFault =>
  new QuickbooksFault({
    code: '120',
    message: 'Authorization Failure',
    detail: 'The user who connected the company is no administrator of it any more',
    status: 401,
    type: 'AuthorizationFault',
  });

export const applicationError = (status: number): QuickbooksFault =>
  new QuickbooksFault({
    code: '10000',
    message: 'An application error has occurred while processing your request',
    detail: `System Failure Error: injected ${status}`,
    status,
    type: 'SystemFault',
  });
