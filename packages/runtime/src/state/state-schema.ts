/** The tables of the state, for SQLite and PostgreSQL alike. Times are milliseconds since the Unix epoch. */
export interface StateSchema {
  readonly sync_lease: {
    tenant: string;
    scope: string;
    owner: string;
    token: number;
    expires_at: number;
  };
  readonly sync_checkpoint: {
    tenant: string;
    flow: string;
    name: string;
    /** JSON. */
    value: string;
  };
  readonly sync_intent: {
    tenant: string;
    flow: string;
    chunk: number;
    /** JSON, see `journalState`. */
    intents: string;
  };
  readonly sync_link: {
    tenant: string;
    space: string;
    left_key: string;
    right_key: string;
    left_digest: string;
    right_digest: string;
    version: number;
    /** 0 or 1. */
    deleted: number;
    updated_at: number;
    left_part: string | null;
    right_part: string | null;
    left_shadow: string | null;
    right_shadow: string | null;
  };
  readonly sync_dead_letter: {
    tenant: string;
    flow: string;
    id: string;
    stage: 'read' | 'decode' | 'map' | 'validate' | 'write';
    entity: string;
    op: 'upsert' | 'delete';
    key: string;
    source_key: string | null;
    attempts: number;
    error_code: string;
    error_category: string;
    error_message: string;
    error_path: string | null;
    /** 0 or 1. */
    retryable: number;
    digest: string | null;
    first_at: number;
    last_at: number;
    status: 'open' | 'discarded';
    reason: string | null;
  };
  readonly sync_run: {
    tenant: string;
    flow: string;
    run_id: string;
    mode: 'incremental' | 'full' | 'replay';
    status: 'running' | 'done' | 'failed' | 'aborted';
    started_at: number;
    updated_at: number;
    /** JSON. */
    counts: string;
    error_code: string | null;
  };
  readonly vault_secret: {
    tenant: string;
    connection: string;
    name: string;
    version: number;
    key_id: string;
    /** The envelope of the vault. */
    sealed: string;
  };
  readonly vault_key_check: {
    key_id: string;
    value: string;
  };
  readonly webhook_delivery: {
    scope: string;
    id: string;
    /** 0: somebody is taking the event in; 1: it is safe. */
    done: number;
    /** When the row is forgotten. */
    until: number;
  };
  readonly vendor_budget: {
    budget: string;
    /** JSON, the `BudgetState` of the core. */
    state: string;
  };
  readonly audit_record: {
    chain: string;
    sequence: number;
    hash: string;
    /** JSON. */
    record: string;
  };
  readonly connection: {
    tenant: string;
    id: string;
    code: string;
    name: string;
    type: string;
    url: string | null;
    auth_method: string;
    environment: string;
    /** 0 or 1. */
    active: number;
    /** JSON. */
    settings: string;
    /** Name of the secret in the vault. */
    credentials: string;
    /** Name of the secret in the vault. */
    token: string;
    version: number;
    last_sync_at: number | null;
    created_by: string;
    created_at: number;
    updated_by: string;
    updated_at: number;
    removed_at: number | null;
  };
  readonly connection_secret: {
    tenant: string;
    /** `code` of the connection. */
    connection: string;
    name: string;
    /** `writing`: nothing refers to it yet; `dropped`: nothing refers to it any more. */
    state: 'writing' | 'live' | 'dropped';
    changed_at: number;
  };
  readonly connection_change: {
    tenant: string;
    id: string;
    connection_id: string;
    code: string;
    operation: 'create' | 'update' | 'remove' | 'restore';
    /** `version` of the connection that the change is made of; 0: there was none. */
    base_version: number;
    /** JSON, see `ConnectionState`. */
    proposal: string;
    /** JSON, what differs, without secrets. */
    changes: string;
    status: 'open' | 'expired' | 'applied' | 'rejected' | 'withdrawn';
    revision: number;
    /** JSON, a list of actors. */
    editors: string;
    requested_by: string;
    requested_at: number;
    expires_at: number;
    decided_by: string | null;
    decided_at: number | null;
    reason: string | null;
  };
  readonly job: {
    id: string;
    queue: string;
    tenant: string;
    status: 'waiting' | 'running' | 'failed';
    run_at: number;
    attempt: number;
    attempts: number;
    /** JSON. */
    data: string;
    owner: string | null;
    beat_until: number;
    error_code: string | null;
    created_at: number;
  };
  readonly job_schedule: {
    tenant: string;
    id: string;
    queue: string;
    /** JSON. */
    data: string;
    cron: string;
    time_zone: string;
    missed: 'skip' | 'once' | 'all';
    /** 0 or 1. */
    paused: number;
    /** `null`: never again. */
    next_at: number | null;
    updated_at: number;
  };
  readonly flow_run: {
    tenant: string;
    id: string;
    lane: string;
    connection: string;
    flow: string;
    cause: 'schedule' | 'manual';
    status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
    due_at: number;
    next_at: number;
    queued_at: number;
    started_at: number | null;
    ended_at: number | null;
    attempt: number;
    /** How often its process died. */
    interruptions: number;
    /** 1: somebody wants it to stop. */
    cancelled: number;
    /** JSON. */
    options: string;
    /** JSON. */
    counts: string | null;
    error_code: string | null;
    error_message: string | null;
  };
  readonly inbox_event: {
    tenant: string;
    scope: string;
    id: string;
    lane: string;
    sequence: number;
    /** JSON. */
    event: string;
    status: 'waiting' | 'done' | 'dead' | 'discarded';
    attempts: number;
    next_at: number;
    received_at: number;
    ended_at: number | null;
    error_code: string | null;
    error_message: string | null;
  };
  readonly outbox_endpoint: {
    tenant: string;
    id: string;
    url: string;
    /** JSON, a list; empty: all. */
    types: string;
    /** 0 or 1. */
    in_order: number;
    status: 'active' | 'disabled';
    reason: string | null;
    created_at: number;
    updated_at: number;
  };
  readonly outbox_delivery: {
    tenant: string;
    endpoint: string;
    id: string;
    lane: string;
    sequence: number;
    type: string;
    body: string;
    status: 'waiting' | 'done' | 'dead' | 'discarded';
    attempts: number;
    next_at: number;
    created_at: number;
    ended_at: number | null;
    http_status: number | null;
    error_code: string | null;
    error_message: string | null;
  };
  readonly state_move: {
    /** Empty: of all. */
    tenant: string;
    /**
     * `leaving`: it is being copied elsewhere; `left`: it is elsewhere; `arriving`: it is being copied
     * to here.
     */
    status: 'leaving' | 'left' | 'arriving';
    /** The other place, in words. */
    place: string;
  };
}
