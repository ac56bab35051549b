/** Names one flow of one tenant. All state of a flow lives under this key. */
export interface FlowKey {
  readonly tenant: string;
  /** `id` of the sync. */
  readonly flow: string;
}
