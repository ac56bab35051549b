import type { JsonValue } from './json.ts';

/** What a connector is, as static data: safe to show before anything is configured. */
export interface ConnectorManifest {
  /** Short and stable, for example `sap`. Becomes `source.system` of its records. */
  readonly id: string;
  /** The vendor's product, for example `SAP S/4HANA`. */
  readonly vendor: string;
  /** The version of the connector package. */
  readonly version: string;
  /** Kinds of `AuthStrategy` that the vendor accepts, for example `basic`, `oauth2-client-credentials`. */
  readonly authMethods: readonly string[];
  /** JSON Schema (2020-12) of the settings; secrets are marked `writeOnly: true`. */
  readonly settingsSchema: { readonly [key: string]: JsonValue };
  /** Where to read on. */
  readonly links: { readonly documentation: string; readonly vendor?: string };
}
