import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { createPool } from '../packages/runtime/src/postgres/postgres-pool.ts';
import { mapped, productPage } from './sync-products.ts';

/** A copy of all pages by hand: without a journal, an identity map or a way to go on after a crash. */
export interface HandWrittenCopy {
  copy(edition: number): Promise<void>;
  close(): Promise<void>;
}

/** What the loop knows of a product. */
function rowsOf(page: number, edition: number) {
  return productPage(page, edition).map(({ source, ...product }) => {
    const body = JSON.stringify(mapped(product));
    return { key: source?.key ?? '', body, digest: hash('sha256', body, 'base64url') };
  });
}

/** One durable transaction a page, one statement a record. */
export function sqliteCopy(path: string, pages: number): HandWrittenCopy {
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  database.exec(
    'create table product (key text primary key, record text) without rowid;' +
      'create table digest (key text primary key, digest text) without rowid;' +
      'create table checkpoint (page integer)',
  );
  const readDigest = database.prepare('select digest from digest where key = ?');
  const putProduct = database.prepare('insert or replace into product values (?, ?)');
  const putDigest = database.prepare('insert or replace into digest values (?, ?)');
  const putCheckpoint = database.prepare('insert into checkpoint values (?)');
  return {
    async copy(edition) {
      for (let page = 0; page < pages; page += 1) {
        database.exec('begin immediate');
        for (const { key, body, digest } of rowsOf(page, edition)) {
          if (readDigest.get(key)?.digest === digest) continue;
          putProduct.run(key, body);
          putDigest.run(key, digest);
        }
        putCheckpoint.run(page);
        database.exec('commit');
      }
    },
    close: async () => database.close(),
  };
}

/** One transaction a page, one statement a table: what can be sent at once is. */
export async function postgresCopy(url: string, pages: number): Promise<HandWrittenCopy> {
  const pool = await createPool({ url, maxConnections: 1 });
  const client = await pool.connect();
  await client.query(
    'create table peer_product (key text primary key, record text);' +
      'create table peer_digest (key text primary key, digest text);' +
      'create table peer_checkpoint (page integer)',
  );
  const put = (table: string, column: string) =>
    `insert into ${table} select * from unnest($1::text[], $2::text[])
     on conflict (key) do update set ${column} = excluded.${column}`;
  return {
    async copy(edition) {
      for (let page = 0; page < pages; page += 1) {
        await client.query('begin');
        const rows = rowsOf(page, edition);
        const keys = rows.map(({ key }) => key);
        const known = await client.query('select * from peer_digest where key = any($1)', [keys]);
        const digests = new Map(
          (known.rows as { key: string; digest: string }[]).map((row) => [row.key, row.digest]),
        );
        const changed = rows.filter(({ key, digest }) => digests.get(key) !== digest);
        if (changed.length > 0) {
          const ids = changed.map(({ key }) => key);
          await client.query(put('peer_product', 'record'), [ids, changed.map((row) => row.body)]);
          await client.query(put('peer_digest', 'digest'), [ids, changed.map((row) => row.digest)]);
        }
        await client.query('insert into peer_checkpoint values ($1)', [page]);
        await client.query('commit');
      }
    },
    async close() {
      await client.query('drop table peer_product, peer_digest, peer_checkpoint');
      client.release();
      await pool.end();
    },
  };
}
