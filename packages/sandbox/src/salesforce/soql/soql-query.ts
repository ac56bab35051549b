/** A field path, for example `['Account', 'Name']`, and where it stands. */
export interface Path {
  readonly names: readonly string[];
  readonly at: number;
}

export type Literal =
  | {
      readonly kind: 'string';
      readonly text: string;
      /** For LIKE: matches the whole value. */
      readonly pattern: RegExp;
      readonly at: number;
    }
  | {
      readonly kind: 'number' | 'date' | 'datetime' | 'boolean';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'null'; readonly at: number };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'in' | 'not in';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly path: Path;
      readonly operator: Operator;
      readonly literals: readonly Literal[];
      /** `Id IN (SELECT AccountId FROM Order)` */
      readonly semiJoin?: SoqlQuery | undefined;
    };

export type SelectItem =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'fields'; readonly which: 'all' | 'standard' | 'custom'; readonly at: number }
  | { readonly kind: 'count'; readonly path: Path | undefined; readonly alias: string | undefined }
  | { readonly kind: 'child'; readonly query: SoqlQuery };

export interface Ordering {
  readonly path: Path;
  readonly isDescending: boolean;
  readonly nulls: 'first' | 'last';
}

export interface SoqlQuery {
  readonly select: readonly SelectItem[];
  readonly from: string;
  readonly fromAt: number;
  readonly where: Condition | undefined;
  readonly orderBy: readonly Ordering[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}
