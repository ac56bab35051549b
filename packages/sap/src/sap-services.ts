/** Paths of the OData services, fixed by SAP. The V4 group and service names differ: neither follows from the other. */
export const services = {
  product: '/sap/opu/odata/sap/API_PRODUCT_SRV',
  businessPartner: '/sap/opu/odata/sap/API_BUSINESS_PARTNER',
  purchaseOrderV2: '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV',
  purchaseOrderV4: '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001',
} as const;
