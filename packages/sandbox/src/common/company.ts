export interface CommonCompany {
  readonly id: string;
  readonly name: string;
  readonly company_type: 'buyer' | 'seller';
  /** ISO 3166, two letters. */
  readonly country: string;
  /** The number that the ERP knows the company by, for example SAP's supplier number. */
  readonly external_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CommonBusinessRelationship {
  readonly id: string;
  readonly buyer_company_id: string;
  readonly seller_company_id: string;
  readonly status: 'active' | 'invited' | 'suspended';
  readonly invited_email: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}
