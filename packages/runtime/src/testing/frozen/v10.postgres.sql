CREATE TABLE audit_record (
    chain text NOT NULL COLLATE pg_catalog."C",
    sequence double precision NOT NULL,
    hash text NOT NULL COLLATE pg_catalog."C",
    record text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE connection (
    tenant text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    url text COLLATE pg_catalog."C",
    auth_method text NOT NULL COLLATE pg_catalog."C",
    environment text NOT NULL COLLATE pg_catalog."C",
    active integer NOT NULL,
    settings text NOT NULL COLLATE pg_catalog."C",
    credentials text NOT NULL COLLATE pg_catalog."C",
    token text NOT NULL COLLATE pg_catalog."C",
    version double precision NOT NULL,
    last_sync_at double precision,
    created_by text NOT NULL COLLATE pg_catalog."C",
    created_at double precision NOT NULL,
    updated_by text NOT NULL COLLATE pg_catalog."C",
    updated_at double precision NOT NULL,
    removed_at double precision
);
CREATE TABLE connection_change (
    tenant text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    connection_id text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    operation text NOT NULL COLLATE pg_catalog."C",
    base_version double precision NOT NULL,
    proposal text NOT NULL COLLATE pg_catalog."C",
    changes text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    revision integer NOT NULL,
    editors text NOT NULL COLLATE pg_catalog."C",
    requested_by text NOT NULL COLLATE pg_catalog."C",
    requested_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    decided_by text COLLATE pg_catalog."C",
    decided_at double precision,
    reason text COLLATE pg_catalog."C"
);
CREATE TABLE connection_secret (
    tenant text NOT NULL COLLATE pg_catalog."C",
    connection text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    changed_at double precision NOT NULL
);
CREATE TABLE flow_run (
    tenant text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    lane text NOT NULL COLLATE pg_catalog."C",
    connection text NOT NULL COLLATE pg_catalog."C",
    flow text NOT NULL COLLATE pg_catalog."C",
    cause text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    due_at double precision NOT NULL,
    next_at double precision NOT NULL,
    queued_at double precision NOT NULL,
    started_at double precision,
    ended_at double precision,
    attempt integer NOT NULL,
    interruptions integer NOT NULL,
    cancelled integer NOT NULL,
    options text NOT NULL COLLATE pg_catalog."C",
    counts text COLLATE pg_catalog."C",
    error_code text COLLATE pg_catalog."C",
    error_message text COLLATE pg_catalog."C"
);
CREATE TABLE inbox_event (
    tenant text NOT NULL COLLATE pg_catalog."C",
    scope text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    lane text NOT NULL COLLATE pg_catalog."C",
    sequence double precision NOT NULL,
    event text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    attempts integer NOT NULL,
    next_at double precision NOT NULL,
    received_at double precision NOT NULL,
    ended_at double precision,
    error_code text COLLATE pg_catalog."C",
    error_message text COLLATE pg_catalog."C"
);
CREATE TABLE item (
    key text NOT NULL COLLATE pg_catalog."C",
    label text COLLATE pg_catalog."C",
    record text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE job (
    id text NOT NULL COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    tenant text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    run_at double precision NOT NULL,
    attempt integer NOT NULL,
    attempts integer NOT NULL,
    data text NOT NULL COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C",
    beat_until double precision NOT NULL,
    error_code text COLLATE pg_catalog."C",
    created_at double precision NOT NULL
);
CREATE TABLE job_schedule (
    tenant text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    data text NOT NULL COLLATE pg_catalog."C",
    cron text NOT NULL COLLATE pg_catalog."C",
    time_zone text NOT NULL COLLATE pg_catalog."C",
    missed text NOT NULL COLLATE pg_catalog."C",
    paused integer NOT NULL,
    next_at double precision,
    updated_at double precision NOT NULL
);
CREATE TABLE outbox_delivery (
    tenant text NOT NULL COLLATE pg_catalog."C",
    endpoint text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    lane text NOT NULL COLLATE pg_catalog."C",
    sequence double precision NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    attempts integer NOT NULL,
    next_at double precision NOT NULL,
    created_at double precision NOT NULL,
    ended_at double precision,
    http_status integer,
    error_code text COLLATE pg_catalog."C",
    error_message text COLLATE pg_catalog."C"
);
CREATE TABLE outbox_endpoint (
    tenant text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    url text NOT NULL COLLATE pg_catalog."C",
    types text NOT NULL COLLATE pg_catalog."C",
    in_order integer NOT NULL,
    status text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    created_at double precision NOT NULL,
    updated_at double precision NOT NULL
);
CREATE TABLE state_move (
    tenant text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    place text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE sync_checkpoint (
    tenant text NOT NULL COLLATE pg_catalog."C",
    flow text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE sync_dead_letter (
    tenant text NOT NULL COLLATE pg_catalog."C",
    flow text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    stage text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    op text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    source_key text COLLATE pg_catalog."C",
    attempts integer NOT NULL,
    error_code text NOT NULL COLLATE pg_catalog."C",
    error_category text NOT NULL COLLATE pg_catalog."C",
    error_message text NOT NULL COLLATE pg_catalog."C",
    error_path text COLLATE pg_catalog."C",
    retryable integer NOT NULL,
    digest text COLLATE pg_catalog."C",
    first_at double precision NOT NULL,
    last_at double precision NOT NULL,
    status text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C"
);
CREATE TABLE sync_intent (
    tenant text NOT NULL COLLATE pg_catalog."C",
    flow text NOT NULL COLLATE pg_catalog."C",
    chunk double precision NOT NULL,
    intents text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE sync_lease (
    tenant text NOT NULL COLLATE pg_catalog."C",
    scope text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL COLLATE pg_catalog."C",
    token integer NOT NULL,
    expires_at double precision NOT NULL
);
CREATE TABLE sync_link (
    tenant text NOT NULL COLLATE pg_catalog."C",
    space text NOT NULL COLLATE pg_catalog."C",
    left_key text NOT NULL COLLATE pg_catalog."C",
    right_key text NOT NULL COLLATE pg_catalog."C",
    left_digest text NOT NULL COLLATE pg_catalog."C",
    right_digest text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    deleted integer NOT NULL,
    updated_at double precision NOT NULL,
    left_part text COLLATE pg_catalog."C",
    right_part text COLLATE pg_catalog."C",
    left_shadow text COLLATE pg_catalog."C",
    right_shadow text COLLATE pg_catalog."C"
);
CREATE TABLE sync_run (
    tenant text NOT NULL COLLATE pg_catalog."C",
    flow text NOT NULL COLLATE pg_catalog."C",
    run_id text NOT NULL COLLATE pg_catalog."C",
    mode text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    started_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    counts text NOT NULL COLLATE pg_catalog."C",
    error_code text COLLATE pg_catalog."C"
);
CREATE TABLE sync_schema (
    version integer NOT NULL
);
CREATE TABLE vault_key_check (
    key_id text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE vault_secret (
    tenant text NOT NULL COLLATE pg_catalog."C",
    connection text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    version double precision NOT NULL,
    key_id text NOT NULL COLLATE pg_catalog."C",
    sealed text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE vendor_budget (
    budget text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE webhook_delivery (
    scope text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    done integer NOT NULL,
    until double precision NOT NULL
);
INSERT INTO audit_record VALUES ('acme', 1, '851244ecffd09c79b30e23fa60531cb745a114712b6e8dde11b703ab38fee05e', '{"actor":"jane@acme.example","tenant":"acme","connection":"erp","system":"acme","operation":"connection.create","correlationId":"285c52c4-1836-4495-bd42-d7828b0600aa","outcome":"succeeded","payload":{"version":1,"changes":[{"path":"code","after":"erp"},{"path":"name","after":"erp"},{"path":"type","after":"acme"},{"path":"environment","after":"test"},{"path":"active","after":true},{"path":"settings.baseUrl","after":"https://erp.acme.example"},{"path":"credentials.kind","after":"basic"},{"path":"credentials.username","after":"COMM_USER"},{"path":"credentials.password","after":"••••"}]},"sequence":1,"at":"2025-01-15T06:00:00.000Z","previousHash":"0000000000000000000000000000000000000000000000000000000000000000","hash":"851244ecffd09c79b30e23fa60531cb745a114712b6e8dde11b703ab38fee05e"}');
INSERT INTO audit_record VALUES ('acme', 2, '2c6e2beb49be5ac85fbd89aa3f23cfb3cb969f6a42d01383bfb2a619a2ea85c8', '{"actor":"jane@acme.example","tenant":"acme","connection":"waits","system":"acme","operation":"connection.create.request","correlationId":"c6c0f75b-1a53-4e32-b5b4-0978fe9069aa","outcome":"succeeded","payload":{"request":"cdd37931-9846-48d8-b981-3f1712a509d2","changes":[{"path":"code","after":"waits"},{"path":"name","after":"waits"},{"path":"type","after":"acme"},{"path":"environment","after":"production"},{"path":"active","after":true},{"path":"settings.baseUrl","after":"https://erp.acme.example"},{"path":"credentials.kind","after":"basic"},{"path":"credentials.username","after":"COMM_USER"},{"path":"credentials.password","after":"••••"}]},"sequence":2,"at":"2025-01-15T06:00:00.000Z","previousHash":"851244ecffd09c79b30e23fa60531cb745a114712b6e8dde11b703ab38fee05e","hash":"2c6e2beb49be5ac85fbd89aa3f23cfb3cb969f6a42d01383bfb2a619a2ea85c8"}');
INSERT INTO audit_record VALUES ('other', 1, 'e85f2dba8e54eeafc429aa45a1d6d2c3e9acf5b0c5e2f6b0f1f36f25728b3575', '{"actor":"jane@acme.example","tenant":"other","connection":"erp","system":"acme","operation":"get","keys":["1"],"outcome":"succeeded","correlationId":"frozen","sequence":1,"at":"2026-11-20T16:43:03.817Z","previousHash":"0000000000000000000000000000000000000000000000000000000000000000","hash":"e85f2dba8e54eeafc429aa45a1d6d2c3e9acf5b0c5e2f6b0f1f36f25728b3575"}');
INSERT INTO connection VALUES ('acme', '21e33a10-a855-45c7-9875-f71a923fc37f', 'erp', 'erp', 'acme', 'https://erp.acme.example', 'basic', 'test', 1, '{"baseUrl":"https://erp.acme.example"}', 'credentials.DJwYkDive7Sdszes', 'token.yejZoPyUXDiZSEL0', 1, NULL, 'jane@acme.example', 1736920800000, 'jane@acme.example', 1736920800000, NULL);
INSERT INTO connection_change VALUES ('acme', 'cdd37931-9846-48d8-b981-3f1712a509d2', '8daa78bb-1f7a-4fc8-a793-ec40f9d498a3', 'waits', 'create', 0, '{"code":"waits","name":"waits","type":"acme","environment":"production","active":true,"url":"https://erp.acme.example","settings":{"baseUrl":"https://erp.acme.example"},"authMethod":"basic","credentials":"credentials.z0vqfgfoQ5rOkaCJ","token":"token.bxv6NafcCoA8m7PE","removed":false}', '[{"path":"code","after":"waits"},{"path":"name","after":"waits"},{"path":"type","after":"acme"},{"path":"environment","after":"production"},{"path":"active","after":true},{"path":"settings.baseUrl","after":"https://erp.acme.example"},{"path":"credentials.kind","after":"basic"},{"path":"credentials.username","after":"COMM_USER"},{"path":"credentials.password","after":"••••"}]', 'open', 1, '["jane@acme.example"]', 'jane@acme.example', 1736920800000, 1737525600000, NULL, NULL, NULL);
INSERT INTO connection_secret VALUES ('acme', 'erp', 'credentials.DJwYkDive7Sdszes', 'live', 1736920800000);
INSERT INTO connection_secret VALUES ('acme', 'erp', 'token.yejZoPyUXDiZSEL0', 'live', 1736920800000);
INSERT INTO connection_secret VALUES ('acme', 'waits', 'credentials.z0vqfgfoQ5rOkaCJ', 'live', 1736920800000);
INSERT INTO connection_secret VALUES ('acme', 'waits', 'token.bxv6NafcCoA8m7PE', 'live', 1736920800000);
INSERT INTO flow_run VALUES ('acme', '914b9f3b-2827-43e4-b2d4-3e70ba172bdf', '["erp","items"]', 'erp', 'items', 'manual', 'queued', 1736920800000, 1736920800000, 1736920800000, NULL, NULL, 0, 0, 0, '{}', NULL, NULL, NULL);
INSERT INTO inbox_event VALUES ('acme', 'acme/shop', 'e1', '', 1, '{"id":"e1","type":"order.changed","key":"1"}', 'waiting', 0, 1736920800000, 1736920800000, NULL, NULL, NULL);
INSERT INTO inbox_event VALUES ('acme', 'acme/shop', 'e2', '', 2, '{"id":"e2","type":"order.changed","key":"2"}', 'waiting', 0, 1736920800000, 1736920800000, NULL, NULL, NULL);
INSERT INTO item VALUES ('000000', 'Item 0', '{"source":{"system":"numbers","entity":"item","key":"000000"},"number":"000000","text":"Item 0"}');
INSERT INTO item VALUES ('000001', 'Item 1', '{"source":{"system":"numbers","entity":"item","key":"000001"},"number":"000001","text":"Item 1"}');
INSERT INTO item VALUES ('000002', 'Item 2', '{"source":{"system":"numbers","entity":"item","key":"000002"},"number":"000002","text":"Item 2"}');
INSERT INTO item VALUES ('000003', 'Item 3', '{"source":{"system":"numbers","entity":"item","key":"000003"},"number":"000003","text":"Item 3"}');
INSERT INTO item VALUES ('000004', 'Item 4', '{"source":{"system":"numbers","entity":"item","key":"000004"},"number":"000004","text":"Item 4"}');
INSERT INTO item VALUES ('000005', 'Item 5', '{"source":{"system":"numbers","entity":"item","key":"000005"},"number":"000005","text":"Item 5"}');
INSERT INTO item VALUES ('000006', 'Item 6', '{"source":{"system":"numbers","entity":"item","key":"000006"},"number":"000006","text":"Item 6"}');
INSERT INTO item VALUES ('000007', 'Item 7', '{"source":{"system":"numbers","entity":"item","key":"000007"},"number":"000007","text":"Item 7"}');
INSERT INTO item VALUES ('000008', 'Item 8', '{"source":{"system":"numbers","entity":"item","key":"000008"},"number":"000008","text":"Item 8"}');
INSERT INTO item VALUES ('000009', 'Item 9', '{"source":{"system":"numbers","entity":"item","key":"000009"},"number":"000009","text":"Item 9"}');
INSERT INTO item VALUES ('000010', 'Item 10', '{"source":{"system":"numbers","entity":"item","key":"000010"},"number":"000010","text":"Item 10"}');
INSERT INTO item VALUES ('000011', 'Item 11', '{"source":{"system":"numbers","entity":"item","key":"000011"},"number":"000011","text":"Item 11"}');
INSERT INTO item VALUES ('000012', 'Item 12', '{"source":{"system":"numbers","entity":"item","key":"000012"},"number":"000012","text":"Item 12"}');
INSERT INTO item VALUES ('000013', 'Item 13', '{"source":{"system":"numbers","entity":"item","key":"000013"},"number":"000013","text":"Item 13"}');
INSERT INTO item VALUES ('000014', 'Item 14', '{"source":{"system":"numbers","entity":"item","key":"000014"},"number":"000014","text":"Item 14"}');
INSERT INTO item VALUES ('000015', 'Item 15', '{"source":{"system":"numbers","entity":"item","key":"000015"},"number":"000015","text":"Item 15"}');
INSERT INTO item VALUES ('000016', 'Item 16', '{"source":{"system":"numbers","entity":"item","key":"000016"},"number":"000016","text":"Item 16"}');
INSERT INTO item VALUES ('000017', 'Item 17', '{"source":{"system":"numbers","entity":"item","key":"000017"},"number":"000017","text":"Item 17"}');
INSERT INTO item VALUES ('000018', 'Item 18', '{"source":{"system":"numbers","entity":"item","key":"000018"},"number":"000018","text":"Item 18"}');
INSERT INTO item VALUES ('000019', 'Item 19', '{"source":{"system":"numbers","entity":"item","key":"000019"},"number":"000019","text":"Item 19"}');
INSERT INTO item VALUES ('000020', 'Item 20', '{"source":{"system":"numbers","entity":"item","key":"000020"},"number":"000020","text":"Item 20"}');
INSERT INTO item VALUES ('000021', 'Item 21', '{"source":{"system":"numbers","entity":"item","key":"000021"},"number":"000021","text":"Item 21"}');
INSERT INTO item VALUES ('000022', 'Item 22', '{"source":{"system":"numbers","entity":"item","key":"000022"},"number":"000022","text":"Item 22"}');
INSERT INTO item VALUES ('000023', 'Item 23', '{"source":{"system":"numbers","entity":"item","key":"000023"},"number":"000023","text":"Item 23"}');
INSERT INTO item VALUES ('000024', 'Item 24', '{"source":{"system":"numbers","entity":"item","key":"000024"},"number":"000024","text":"Item 24"}');
INSERT INTO item VALUES ('000025', 'Item 25', '{"source":{"system":"numbers","entity":"item","key":"000025"},"number":"000025","text":"Item 25"}');
INSERT INTO item VALUES ('000026', 'Item 26', '{"source":{"system":"numbers","entity":"item","key":"000026"},"number":"000026","text":"Item 26"}');
INSERT INTO item VALUES ('000027', 'Item 27', '{"source":{"system":"numbers","entity":"item","key":"000027"},"number":"000027","text":"Item 27"}');
INSERT INTO item VALUES ('000028', 'Item 28', '{"source":{"system":"numbers","entity":"item","key":"000028"},"number":"000028","text":"Item 28"}');
INSERT INTO item VALUES ('000029', 'Item 29', '{"source":{"system":"numbers","entity":"item","key":"000029"},"number":"000029","text":"Item 29"}');
INSERT INTO job VALUES ('6b40187a-88c5-401f-bded-a833c48f7a35', 'flow', 'acme', 'waiting', 1736920800000, 0, 1000000, '{"lane":"[\"erp\",\"items\"]"}', NULL, 0, NULL, 1736920800000);
INSERT INTO job VALUES ('3088ae50-7be5-478a-afeb-a9afcb8e477f', 'inbox', 'acme', 'waiting', 1736920800000, 0, 1000000, '{"lane":""}', NULL, 0, NULL, 1736920800000);
INSERT INTO job VALUES ('275206cb-f25c-4e91-908c-49c8b1d6a111', 'outbox', 'acme', 'waiting', 1736920800000, 0, 1000000, '{"lane":"[\"crm\",\"m1\"]"}', NULL, 0, NULL, 1736920800000);
INSERT INTO job_schedule VALUES ('acme', '["erp","items"]', 'flow', '{"connection":"erp","flow":"items","options":{},"addsUp":false}', '0 6 * * *', 'Europe/Vienna', 'once', 1, 1737003600000, 1736920800000);
INSERT INTO outbox_delivery VALUES ('acme', 'crm', 'm1', '["crm","m1"]', 1, 'order.changed', '{"key":"1"}', 'waiting', 0, 1736920800000, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO outbox_endpoint VALUES ('acme', 'crm', 'https://crm.example.com/hooks', '[]', 0, 'active', NULL, 1736920800000, 1736920800000);
INSERT INTO sync_checkpoint VALUES ('acme', 'items', 'full', '{"number":10}');
INSERT INTO sync_checkpoint VALUES ('acme', 'items', 'fullRead/1', '"olurB6a2IkNYqIQ44uEfQ4Cooo6Ln8lCTr+/oa2nMEMCC9nw+kQwQx1gPrzKJjdD5IREXZp6M0Nkn2pcbqU1Q/j8d4TQVwZDpP2nmvssOUM="');
INSERT INTO sync_checkpoint VALUES ('acme', 'items', 'fullRead', '{"startedAt":1736920800000,"pages":1,"total":30,"linked":9}');
INSERT INTO sync_dead_letter VALUES ('acme', 'items', 'tQ_sbRGHGnIehqMKeEW9EN', 'write', 'item', 'upsert', '000005', '000005', 1, 'ERR_VALIDATION', 'validation', 'The number is locked.', NULL, 0, 'JwFkZKARVhjbpC7hPCSkjE', 1736920800000, 1736920800000, 'open', NULL);
INSERT INTO sync_intent VALUES ('acme', 'items', 1, '[["flow:items","000010","000010","create","D2qRknOHmKPyY6uhuAhLxR",null,null,"IG9g6yXIgN9RyKSwltHLJg","IG9g6yXIgN9RyKSwltHLJg","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000010\"},\"number\":\"000010\",\"text\":\"Item 10\"}",1736920800000,null],["flow:items","000011","000011","create","pWqxzIoTnLwvEOAVS4TXgt",null,null,"8yO0g4V3dmMlBksTir7PBx","8yO0g4V3dmMlBksTir7PBx","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000011\"},\"number\":\"000011\",\"text\":\"Item 11\"}",1736920800000,null],["flow:items","000012","000012","create","H3cVIsYOb07d22ccf4ItIM",null,null,"6xwtovXsZ9IXNntEDUJVA5","6xwtovXsZ9IXNntEDUJVA5","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000012\"},\"number\":\"000012\",\"text\":\"Item 12\"}",1736920800000,null],["flow:items","000013","000013","create","rEYZF89BmaFHF6BJK4eJJz",null,null,"mj53G9QSdetoYHixXnOFk1","mj53G9QSdetoYHixXnOFk1","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000013\"},\"number\":\"000013\",\"text\":\"Item 13\"}",1736920800000,null],["flow:items","000014","000014","create","3KbWxI8MsCPUDoBtj2_nug",null,null,"Msh42obrn7428_lemr2xOt","Msh42obrn7428_lemr2xOt","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000014\"},\"number\":\"000014\",\"text\":\"Item 14\"}",1736920800000,null],["flow:items","000015","000015","create","3lYy-MqfoBPKOlZodSoOhP",null,null,"dkypldKbJ4TFLy0sgGfC3f","dkypldKbJ4TFLy0sgGfC3f","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000015\"},\"number\":\"000015\",\"text\":\"Item 15\"}",1736920800000,null],["flow:items","000016","000016","create","iPBx68BAdVTm_W_Sp-N8Lg",null,null,"0G75NQV8mJ3a2F1Y55GmkC","0G75NQV8mJ3a2F1Y55GmkC","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000016\"},\"number\":\"000016\",\"text\":\"Item 16\"}",1736920800000,null],["flow:items","000017","000017","create","-BFNXWkBVdRbTyOcaFu8TK",null,null,"NroG3Fl6u2Xnp3My12-_Ab","NroG3Fl6u2Xnp3My12-_Ab","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000017\"},\"number\":\"000017\",\"text\":\"Item 17\"}",1736920800000,null],["flow:items","000018","000018","create","-Pe2Dky4OELQmvzDFOc8Cs",null,null,"3HxcAb9EbCecGfwpWx9Bmg","3HxcAb9EbCecGfwpWx9Bmg","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000018\"},\"number\":\"000018\",\"text\":\"Item 18\"}",1736920800000,null],["flow:items","000019","000019","create","WI_TZj0a1WdoMoW8v12L6O",null,null,"h3UZ2YqKUK5i3FUyPE3W60","h3UZ2YqKUK5i3FUyPE3W60","{\"source\":{\"system\":\"numbers\",\"entity\":\"item\",\"key\":\"000019\"},\"number\":\"000019\",\"text\":\"Item 19\"}",1736920800000,null]]');
INSERT INTO sync_lease VALUES ('acme', 'flow:table', 'vm~5a49aa2b-693a-41a5-a1ab-3e8b7ffec81c~pid:[4026531836]|25482|040ff6e5-a203-46fe-943e-bdf043717d40', 1, 0);
INSERT INTO sync_lease VALUES ('acme', 'flow:items', 'vm~5a49aa2b-693a-41a5-a1ab-3e8b7ffec81c~pid:[4026531836]|25482|7765060b-61b3-4b4b-bc1d-78a9da098f0a', 1, 1736920860000);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000000', '000000', 'EIKejVJdC07wVN9GIzWehY', 'EIKejVJdC07wVN9GIzWehY', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000001', '000001', 'AgvC7F5K93Tt6aeZP_LXOc', 'AgvC7F5K93Tt6aeZP_LXOc', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000002', '000002', '0dW__Uip14-9SDsYeJrzzI', '0dW__Uip14-9SDsYeJrzzI', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000003', '000003', '3Y3Lm2wA9kS94_1b1jM4pl', '3Y3Lm2wA9kS94_1b1jM4pl', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000004', '000004', 'FmuvWLqkjcWUmNqF-1QlA5', 'FmuvWLqkjcWUmNqF-1QlA5', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000005', '000005', 'JwFkZKARVhjbpC7hPCSkjE', 'JwFkZKARVhjbpC7hPCSkjE', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000006', '000006', '0pdqvbNigrtkOAKraVye73', '0pdqvbNigrtkOAKraVye73', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000007', '000007', 'Hu07JsLCaZUkSPBKC5RlD-', 'Hu07JsLCaZUkSPBKC5RlD-', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000008', '000008', 'skqb9WvLAKGQ1NxEBOx6gO', 'skqb9WvLAKGQ1NxEBOx6gO', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000009', '000009', 'EmxmcIZioAtx8usf7xkWYy', 'EmxmcIZioAtx8usf7xkWYy', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000010', '000010', 'IG9g6yXIgN9RyKSwltHLJg', 'IG9g6yXIgN9RyKSwltHLJg', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000011', '000011', '8yO0g4V3dmMlBksTir7PBx', '8yO0g4V3dmMlBksTir7PBx', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000012', '000012', '6xwtovXsZ9IXNntEDUJVA5', '6xwtovXsZ9IXNntEDUJVA5', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000013', '000013', 'mj53G9QSdetoYHixXnOFk1', 'mj53G9QSdetoYHixXnOFk1', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000014', '000014', 'Msh42obrn7428_lemr2xOt', 'Msh42obrn7428_lemr2xOt', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000015', '000015', 'dkypldKbJ4TFLy0sgGfC3f', 'dkypldKbJ4TFLy0sgGfC3f', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000016', '000016', '0G75NQV8mJ3a2F1Y55GmkC', '0G75NQV8mJ3a2F1Y55GmkC', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000017', '000017', 'NroG3Fl6u2Xnp3My12-_Ab', 'NroG3Fl6u2Xnp3My12-_Ab', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000018', '000018', '3HxcAb9EbCecGfwpWx9Bmg', '3HxcAb9EbCecGfwpWx9Bmg', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000019', '000019', 'h3UZ2YqKUK5i3FUyPE3W60', 'h3UZ2YqKUK5i3FUyPE3W60', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000020', '000020', 'f7HI-qao1im8UDkk20az2i', 'f7HI-qao1im8UDkk20az2i', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000021', '000021', 'oDP4RBrMWI_xO9042T7i4u', 'oDP4RBrMWI_xO9042T7i4u', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000022', '000022', 'AMJffbrMrPpS4dqV7WuzTf', 'AMJffbrMrPpS4dqV7WuzTf', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000023', '000023', 'ptrVEDtBu37c0EQvfZnFBL', 'ptrVEDtBu37c0EQvfZnFBL', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000024', '000024', 'tfBhy-Yauq3vLE6tKqACTm', 'tfBhy-Yauq3vLE6tKqACTm', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000025', '000025', '5StXcy5aSDaF1yr_z_RCP3', '5StXcy5aSDaF1yr_z_RCP3', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000026', '000026', '70C7nJdtFZxtW4YPqCw66j', '70C7nJdtFZxtW4YPqCw66j', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000027', '000027', 'TYMBrXJiRTnWNtH9leRJTl', 'TYMBrXJiRTnWNtH9leRJTl', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000028', '000028', 'txU2Eg-VUsyENxJ2GKj2AP', 'txU2Eg-VUsyENxJ2GKj2AP', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:table', '000029', '000029', 'QKBnRBlM8w5j4QBqf3t18h', 'QKBnRBlM8w5j4QBqf3t18h', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000000', 'erp-000000', 'EIKejVJdC07wVN9GIzWehY', 'EIKejVJdC07wVN9GIzWehY', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000001', 'erp-000001', 'AgvC7F5K93Tt6aeZP_LXOc', 'AgvC7F5K93Tt6aeZP_LXOc', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000002', 'erp-000002', '0dW__Uip14-9SDsYeJrzzI', '0dW__Uip14-9SDsYeJrzzI', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000003', 'erp-000003', '3Y3Lm2wA9kS94_1b1jM4pl', '3Y3Lm2wA9kS94_1b1jM4pl', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000004', 'erp-000004', 'FmuvWLqkjcWUmNqF-1QlA5', 'FmuvWLqkjcWUmNqF-1QlA5', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000006', 'erp-000006', '0pdqvbNigrtkOAKraVye73', '0pdqvbNigrtkOAKraVye73', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000007', 'erp-000007', 'Hu07JsLCaZUkSPBKC5RlD-', 'Hu07JsLCaZUkSPBKC5RlD-', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000008', 'erp-000008', 'skqb9WvLAKGQ1NxEBOx6gO', 'skqb9WvLAKGQ1NxEBOx6gO', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_link VALUES ('acme', 'flow:items', '000009', 'erp-000009', 'EmxmcIZioAtx8usf7xkWYy', 'EmxmcIZioAtx8usf7xkWYy', 1, 0, 1736920800000, NULL, NULL, NULL, NULL);
INSERT INTO sync_run VALUES ('acme', 'table', '0329c753-ae30-4438-8a93-6e839e66f841', 'full', 'done', 1736920800000, 1736920800000, '{"read":30,"inserted":30,"updated":0,"unchanged":0,"deleted":0,"withheld":0,"failed":0,"retried":0,"skipped":0}', NULL);
INSERT INTO sync_run VALUES ('acme', 'items', '2739e44e-f7bd-4345-91ce-f0599105a72e', 'full', 'running', 1736920800000, 1736920800000, '{"read":10,"inserted":9,"updated":0,"unchanged":0,"deleted":0,"withheld":0,"failed":1,"retried":0,"skipped":0}', NULL);
INSERT INTO sync_schema VALUES (1);
INSERT INTO sync_schema VALUES (2);
INSERT INTO sync_schema VALUES (3);
INSERT INTO sync_schema VALUES (4);
INSERT INTO sync_schema VALUES (5);
INSERT INTO sync_schema VALUES (6);
INSERT INTO sync_schema VALUES (7);
INSERT INTO sync_schema VALUES (8);
INSERT INTO sync_schema VALUES (9);
INSERT INTO sync_schema VALUES (10);
INSERT INTO vault_key_check VALUES ('frozen', '9ovgZWcQx21ohJTUP9ZKlYCnUtB0k4Rcq97VVRNFJfNCwvIqUj_lqGXX9bGx8CuHzgtHeoq6FMLMD8YO');
INSERT INTO vault_secret VALUES ('acme', 'erp', 'credentials.DJwYkDive7Sdszes', 56338903871742, 'frozen', 'v1.ZM5hQHnV5KZ5YfyUIW9PhfiC4vOaLF9siMHYvPeyfWGnaMdeZgsOH7_SsIHxNBvML3ZQXa8GQin5xE1I.-iNkh_QsYVHYTZ6zrptvt8BSDbGAwhg4z59vhWhGXADNefGVQuNnapCNi5M7zwz8GxZWUggjjHUxffgppvrLZzgEnzqMk4Jjf4agn0HzktVxEJkY-cEi');
INSERT INTO vault_secret VALUES ('acme', 'waits', 'credentials.z0vqfgfoQ5rOkaCJ', 102446715564364, 'frozen', 'v1.oK-SSsPglvdq6OSKMuYlneTO32KYA8B2ufEo8BdU8fmsUso9DDaPnnKE0-E-zVTemWulhC7UTYnbEMHB.rEvnKqOCdlFD4Yzbwh5x9WaooFg6xIDluiW_DAdbp5I5FyJeUo9vmN3qGC4S2z-wu7aexwxSERG6-F9lW44k0EdoLpKklOXwsMBiMEpGSe-YBvJO7x4I');
INSERT INTO vault_secret VALUES ('acme', 'erp', 'own', 57474616913844, 'frozen', 'v1.HtuO4wQMsbeeZ7bSMR_E_iOo5xjHCojTDcZJ11WQQ0R41-bJykqaUa6eF4NnGXCkRJMVXokjHBP9vF6P.V0H_LATFD22fPYORrM2JTog_nKJ6UTYlxTwjNMKv9wBE9JruajV_1IWBsFc-');
INSERT INTO webhook_delivery VALUES ('acme/shop', 'e1', 1, 1739512800000);
INSERT INTO webhook_delivery VALUES ('acme/shop', 'e2', 1, 1739512800000);
ALTER TABLE ONLY audit_record
    ADD CONSTRAINT audit_record_pkey PRIMARY KEY (chain, sequence);
ALTER TABLE ONLY connection_change
    ADD CONSTRAINT connection_change_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY connection
    ADD CONSTRAINT connection_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY connection_secret
    ADD CONSTRAINT connection_secret_pkey PRIMARY KEY (tenant, connection, name);
ALTER TABLE ONLY flow_run
    ADD CONSTRAINT flow_run_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY inbox_event
    ADD CONSTRAINT inbox_event_pkey PRIMARY KEY (tenant, scope, id);
ALTER TABLE ONLY item
    ADD CONSTRAINT item_pkey PRIMARY KEY (key);
ALTER TABLE ONLY job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY job_schedule
    ADD CONSTRAINT job_schedule_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY outbox_delivery
    ADD CONSTRAINT outbox_delivery_pkey PRIMARY KEY (tenant, endpoint, id);
ALTER TABLE ONLY outbox_endpoint
    ADD CONSTRAINT outbox_endpoint_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY state_move
    ADD CONSTRAINT state_move_pkey PRIMARY KEY (tenant);
ALTER TABLE ONLY sync_checkpoint
    ADD CONSTRAINT sync_checkpoint_pkey PRIMARY KEY (tenant, flow, name);
ALTER TABLE ONLY sync_dead_letter
    ADD CONSTRAINT sync_dead_letter_pkey PRIMARY KEY (tenant, flow, id);
ALTER TABLE ONLY sync_intent
    ADD CONSTRAINT sync_intent_pkey PRIMARY KEY (tenant, flow, chunk);
ALTER TABLE ONLY sync_lease
    ADD CONSTRAINT sync_lease_pkey PRIMARY KEY (tenant, scope);
ALTER TABLE ONLY sync_link
    ADD CONSTRAINT sync_link_pkey PRIMARY KEY (tenant, space, left_key);
ALTER TABLE ONLY sync_run
    ADD CONSTRAINT sync_run_pkey PRIMARY KEY (tenant, flow, run_id);
ALTER TABLE ONLY sync_schema
    ADD CONSTRAINT sync_schema_pkey PRIMARY KEY (version);
ALTER TABLE ONLY vault_key_check
    ADD CONSTRAINT vault_key_check_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY vault_secret
    ADD CONSTRAINT vault_secret_pkey PRIMARY KEY (tenant, connection, name);
ALTER TABLE ONLY vendor_budget
    ADD CONSTRAINT vendor_budget_pkey PRIMARY KEY (budget);
ALTER TABLE ONLY webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (scope, id);
CREATE INDEX connection_change_open ON connection_change USING btree (tenant, status, requested_at);
CREATE UNIQUE INDEX connection_code ON connection USING btree (tenant, code) WHERE (removed_at IS NULL);
CREATE INDEX flow_run_status_next_at ON flow_run USING btree (status, next_at);
CREATE INDEX flow_run_tenant_lane_queued_at ON flow_run USING btree (tenant, lane, queued_at);
CREATE INDEX inbox_event_status_next_at ON inbox_event USING btree (status, next_at);
CREATE INDEX inbox_event_tenant_lane_status_sequence ON inbox_event USING btree (tenant, lane, status, sequence);
CREATE INDEX job_due ON job USING btree (queue, status, run_at);
CREATE INDEX job_schedule_next ON job_schedule USING btree (paused, next_at);
CREATE INDEX job_turn ON job USING btree (queue, status, tenant, run_at, created_at);
CREATE INDEX outbox_delivery_status_next_at ON outbox_delivery USING btree (status, next_at);
CREATE INDEX outbox_delivery_tenant_lane_status_sequence ON outbox_delivery USING btree (tenant, lane, status, sequence);
CREATE INDEX sync_dead_letter_source ON sync_dead_letter USING btree (tenant, flow, source_key);
CREATE INDEX sync_link_right ON sync_link USING btree (tenant, space, right_key);
CREATE INDEX vault_secret_key ON vault_secret USING btree (key_id);
CREATE INDEX webhook_delivery_until ON webhook_delivery USING btree (scope, until);
