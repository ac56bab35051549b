import { describe, expect, it } from 'vitest';
import { faultOfJson, faultOfXml, faultWithin } from './read-fault.ts';

describe('a Fault', () => {
  it('is read as the service writes it', () => {
    const body = {
      Fault: {
        Error: [{ Message: 'Stale Object Error', Detail: 'You and …', code: '5010', element: '' }],
        type: 'ValidationFault',
      },
      time: '2017-09-29T09:17:31.892-07:00',
    };
    expect(faultOfJson(body)).toEqual({
      type: 'ValidationFault',
      entries: [
        {
          code: '5010',
          message: 'Stale Object Error',
          detail: 'You and …',
          element: undefined,
        },
      ],
    });
  });

  it('is read as the gateway writes it, in lower case, with zeros before the code', () => {
    const body = {
      fault: {
        error: [
          {
            message: 'message=ThrottleExceeded; errorCode=003001; statusCode=429',
            detail: null,
            code: '003001',
            element: null,
          },
        ],
        type: 'THROTTLE',
      },
    };
    expect(faultOfJson(body)?.entries[0]?.code).toBe('3001');
  });

  it('has its code in the message where it has none of its own', () => {
    const error = { message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401' };
    expect(faultOfJson({ fault: { error: [error] } })?.entries[0]?.code).toBe('3200');
  });

  it('is read out of XML, which answers without an Accept header are', () => {
    const xml = `<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"
      time="2016-10-14T10:48:39Z"><Fault type="AUTHENTICATION"><Error code="3200">
      <Message>message=AuthenticationFailed; errorCode=003200; statusCode=401</Message>
      <Detail>Token expired: AB01</Detail></Error></Fault></IntuitResponse>`;
    expect(faultOfXml(xml)).toEqual({
      type: 'AUTHENTICATION',
      entries: [
        {
          code: '3200',
          message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
          detail: 'Token expired: AB01',
          element: undefined,
        },
      ],
    });
  });

  it.each([[{}], [null], ['Fault'], [[]], [{ Customer: { Fault: 'no' } }], [{ Fault: 'text' }]])(
    'is not seen in %j',
    (body) => {
      expect(faultOfJson(body)).toBeUndefined();
    },
  );

  const Fault = { Error: [{ code: '10000' }], type: 'SystemFault' };
  it.each([
    [{ Fault }],
    [{ QueryResponse: { Fault } }],
    [{ CDCResponse: [{ Fault }] }],
    [{ CDCResponse: [{ QueryResponse: [{ Customer: [] }, { Fault }] }] }],
    [{ AttachableResponse: [{ Fault }] }],
  ])('is found within the parts of an answer: %j', (body) => {
    expect(faultWithin(body)).toMatchObject({ type: 'SystemFault', entries: [{ code: '10000' }] });
  });

  it('of one item of a batch is none of the batch', () => {
    expect(faultWithin({ BatchItemResponse: [{ bId: '1', Fault }] })).toBeUndefined();
    expect(faultWithin({ QueryResponse: {}, CDCResponse: 'text' })).toBeUndefined();
  });

  it('is not seen in other XML or HTML', () => {
    expect(faultOfXml('<html><body>Bad gateway</body></html>')).toBeUndefined();
  });
});
