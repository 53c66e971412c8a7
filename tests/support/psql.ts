import { readFileSync } from 'node:fs';
import pg from 'pg';

/* Stands in for `psql`, which not every machine has: runs the statements of standard input at POSTGRES_URL. */

const client = new pg.Client(process.env['POSTGRES_URL']);
await client.connect();
for (const statement of readFileSync(0, 'utf8').split(/;\n/)) await client.query(statement);
await client.end();
