import type { Ticket } from '../../cluster.ts';
import type { Queries } from './shared-client.ts';

const KEEP = `
  with old as (
    delete from tickets where hash in (
      select hash from tickets where user_id = $2 order by expires_at desc, hash offset $5))
  insert into tickets (hash, user_id, issuer, expires_at) values ($1, $2, $3, $4)`;

/** Keeps a ticket, and the newest of its user up to `max`. */
export async function keepTicket(queries: Queries, ticket: Ticket, max: number): Promise<void> {
  const { hash, userId, value, expiresAt } = ticket;
  const values = [hash, userId, value, expiresAt, max - 1];
  await queries.query({ name: 'charla_keep_ticket', text: KEEP, values });
}

/** What a ticket stands for: of all who take it, one alone is told. */
export async function takeTicket(queries: Queries, hash: string): Promise<string | null> {
  const text = 'delete from tickets where hash = $1 returning issuer, expires_at';
  const { rows } = await queries.query<{ issuer: string; expires_at: number }>({
    name: 'charla_take_ticket',
    text,
    values: [hash],
  });
  const [ticket] = rows;
  return ticket && ticket.expires_at > Date.now() ? ticket.issuer : null;
}
