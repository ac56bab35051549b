import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { returnsRows } from './returns-rows.ts';

const statements = [
  'select * from item',
  ' SELECT count(*) as n from item',
  'with big as (select 1) select * from big',
  'values (1), (2)',
  'pragma table_info(item)',
  'insert into item (key) values (1)',
  'insert into item (key) values (1) on conflict do nothing returning key',
  'update item set key = 2 where key = 1 RETURNING key',
  'update "item" set "key" = 2',
  'delete from item',
  'begin immediate',
  'commit',
  'create table other (key)',
  'create index item_key on item (key)',
];

describe('returnsRows', () => {
  it.each(statements)('says the same of "%s" with and without the help of Node', (sql) => {
    const database = new DatabaseSync(':memory:');
    database.exec('create table item (key)');
    const statement = database.prepare(sql);
    expect(returnsRows({}, sql)).toBe(returnsRows(statement, sql));
    database.close();
  });
});
