/**
 * How extensions of one version of a template become extensions of a later one. Published with the
 * template, as data.
 */
export interface TemplateMigration {
  /** The id of the template. */
  readonly template: string;
  readonly from: number;
  readonly to: number;
  readonly steps: readonly MigrationStep[];
}

/** One change between two versions, in the names of fields as `TemplateExtension` has them. */
export type MigrationStep =
  /** `lines[].price` has another canonical path now, `unitPrice`, in the same list. */
  | { readonly renamed: string; readonly to: string }
  /** `lines[].vendor:Price` has another vendor path now, `NetPrice`, in the same list. */
  | { readonly vendorRenamed: string; readonly to: string }
  /** A table has another name now. */
  | { readonly tableRenamed: string; readonly to: string }
  /** A field is gone. */
  | { readonly removed: string; readonly why?: string | undefined }
  /**
   * A field has another codec now. `options` says which options of the old one go on, and under which name;
   * null: it is not needed any more. Overrides of other options cannot be carried over.
   */
  | {
      readonly codecChanged: string;
      readonly options?: { readonly [option: string]: string | null } | undefined;
    };
