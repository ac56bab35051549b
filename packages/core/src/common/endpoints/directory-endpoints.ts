import { type CommonCaller, withIdempotencyKey } from '../common-call.ts';
import type { CommonClient } from '../common-client.ts';
import type { CommonBusinessRelationshipFilter, CommonCompanyFilter } from '../common-inputs.ts';
import {
  type CommonBusinessRelationship,
  type CommonCompany,
  commonBusinessRelationshipSchema,
  commonCompanySchema,
} from '../common-wire.ts';
import { listEndpoint } from './list-endpoint.ts';

/** Who is on Common, and who trades with whom. */
export function directoryEndpoints(
  caller: CommonCaller,
): Pick<CommonClient, 'companies' | 'businessRelationships'> {
  return {
    companies: listEndpoint<CommonCompanyFilter, CommonCompany>(caller, {
      operation: 'companies.list',
      path: '/companies',
      entity: 'company',
      schema: commonCompanySchema,
    }),
    businessRelationships: {
      ...listEndpoint<CommonBusinessRelationshipFilter, CommonBusinessRelationship>(caller, {
        operation: 'businessRelationships.list',
        path: '/business-relationships',
        entity: 'businessRelationship',
        schema: commonBusinessRelationshipSchema,
      }),
      inviteSupplier: (body, options) =>
        caller.read(
          withIdempotencyKey(
            {
              operation: 'businessRelationships.inviteSupplier',
              method: 'POST',
              path: '/business-relationships/invite-supplier',
              body,
              entity: 'businessRelationship',
            },
            options,
          ),
          commonBusinessRelationshipSchema,
        ),
    },
  };
}
