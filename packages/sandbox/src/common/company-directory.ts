import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import { seedInstant } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import { conflict } from './common-error.ts';
import type { CommonBusinessRelationship, CommonCompany } from './company.ts';
import { nameUuid } from './name-uuid.ts';
import { createSortedIndex, type SortedIndex } from './sorted-index.ts';

interface SupplierInvitation {
  readonly buyerCompanyId: string;
  readonly companyName: string;
  readonly email: string;
  readonly externalId: string | null;
}

/** Companies and who does business with whom. */
export interface CompanyDirectory {
  readonly companies: SortedIndex<CommonCompany>;
  readonly relationships: SortedIndex<CommonBusinessRelationship>;
  find(companyId: string): CommonCompany | undefined;
  /** Active sellers of a buyer, in seeding order. */
  sellersOf(buyerCompanyId: string): readonly CommonCompany[];
  /** Whether the company is the viewer or does business with it. */
  isVisible(companyId: string, viewerId: string): boolean;
  invite(invitation: SupplierInvitation): CommonBusinessRelationship;
}

export interface CompanyDirectoryOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly buyerCompanyId: string;
  readonly buyerName: string;
  readonly sellers: number;
}

const firstSupplierNumber = 17_300_001;
const countries = ['DE', 'US', 'FR', 'NL', 'IT', 'PL', 'GB', 'CZ'] as const;
const nameParts = {
  first: ['Northwind', 'Alpine', 'Rhein', 'Baltic', 'Summit', 'Harbor', 'Silver', 'Oak'],
  second: ['Steel', 'Polymers', 'Bearings', 'Castings', 'Electronics', 'Fasteners', 'Packaging'],
  legal: ['GmbH', 'Ltd', 'Inc.', 'S.A.', 'B.V.'],
} as const;

export function createCompanyDirectory(options: CompanyDirectoryOptions): CompanyDirectory {
  const { clock, random, buyerCompanyId } = options;
  const companies = createSortedIndex<CommonCompany>();
  const relationships = createSortedIndex<CommonBusinessRelationship>();
  const byId = new Map<string, CommonCompany>();
  const byExternalId = new Map<string, CommonCompany>();
  const partners = new Map<string, Map<string, CommonBusinessRelationship>>();

  const addCompany = (company: CommonCompany): void => {
    companies.set(`${company.updated_at} ${company.id}`, company);
    byId.set(company.id, company);
    if (company.external_id !== null) byExternalId.set(company.external_id, company);
  };

  const relate = (relationship: CommonBusinessRelationship): void => {
    relationships.set(`${relationship.updated_at} ${relationship.id}`, relationship);
    const { buyer_company_id: buyer, seller_company_id: seller } = relationship;
    const known = partners.get(buyer) ?? new Map<string, CommonBusinessRelationship>();
    partners.set(buyer, known.set(seller, relationship));
  };

  const seededAt = { created_at: seedInstant, updated_at: seedInstant };
  const buyer = { id: buyerCompanyId, name: options.buyerName, external_id: null, ...seededAt };
  addCompany({ ...buyer, company_type: 'buyer', country: 'DE' });
  for (let index = 0; index < options.sellers; index += 1) {
    const externalId = String(firstSupplierNumber + index);
    const dice = random.fork(externalId);
    const { first, second, legal } = nameParts;
    const id = nameUuid(`seller:${externalId}`, buyerCompanyId);
    addCompany({
      id,
      name: `${dice.pick(first)} ${dice.pick(second)} ${dice.pick(legal)}`,
      company_type: 'seller',
      country: dice.pick(countries),
      external_id: externalId,
      ...seededAt,
    });
    relate({
      id: nameUuid(`relationship:${externalId}`, buyerCompanyId),
      buyer_company_id: buyerCompanyId,
      seller_company_id: id,
      status: 'active',
      invited_email: null,
      ...seededAt,
    });
  }

  return {
    companies,
    relationships,
    find: (companyId) => byId.get(companyId),
    sellersOf(buyerId) {
      const all = [...(partners.get(buyerId)?.values() ?? [])];
      return all
        .filter(({ status }) => status === 'active')
        .map((relationship) => byId.get(relationship.seller_company_id)!);
    },
    isVisible: (companyId, viewerId) =>
      companyId === viewerId ||
      partners.get(viewerId)?.has(companyId) === true ||
      partners.get(companyId)?.has(viewerId) === true,
    invite({ buyerCompanyId: buyerId, companyName, email, externalId }) {
      const known = externalId === null ? undefined : byExternalId.get(externalId);
      if (known && partners.get(buyerId)?.has(known.id)) {
        throw conflict(`The supplier ${externalId} is invited already`);
      }
      const at = new Date(clock.stampWrite()).toISOString();
      const stamps = { created_at: at, updated_at: at };
      const company: CommonCompany = known ?? {
        id: random.uuid(),
        name: companyName,
        company_type: 'seller',
        country: 'DE',
        external_id: externalId,
        ...stamps,
      };
      if (!known) addCompany(company);
      const relationship: CommonBusinessRelationship = {
        id: random.uuid(),
        buyer_company_id: buyerId,
        seller_company_id: company.id,
        status: 'invited',
        invited_email: email,
        ...stamps,
      };
      relate(relationship);
      return relationship;
    },
  };
}
