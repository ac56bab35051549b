export { acmeProductTemplate } from './acme-product-template.ts';
