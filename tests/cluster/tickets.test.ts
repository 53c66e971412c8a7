import { expect, it } from 'vitest';
import type { Ticket } from '../../src/protocol/resources.ts';
import { call, generalRoom, openSocket, signUp } from '../support/client.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(3);

it('takes a ticket once, on whichever node, when all of them are asked at once', async () => {
  const ada = await signUp(nodes.at(0), 'Ada');
  const { id } = await generalRoom(nodes.at(0), ada.token);
  const opened: number[] = [];
  for (let i = 0; i < 50; i += 1) {
    const { body } = await call<Ticket>(nodes.at(i % 3), 'POST', '/auth/ticket', ada);
    const race = await Promise.allSettled(
      [0, 1, 2].map((n) => openSocket(nodes.at(n), body.ticket, id)),
    );
    const won = race.filter((one) => one.status === 'fulfilled');
    opened.push(won.length);
    for (const { value } of won) value.ws.terminate();
  }
  expect(opened).toEqual(Array.from({ length: 50 }, () => 1));
});

it('keeps a hundred tickets of a user, the newest', async () => {
  const bob = await signUp(nodes.at(0), 'Bob');
  const { id } = await generalRoom(nodes.at(0), bob.token);
  const tickets: string[] = [];
  for (let i = 0; i < 101; i += 1) {
    tickets.push((await call<Ticket>(nodes.at(i % 3), 'POST', '/auth/ticket', bob)).body.ticket);
  }
  await expect(openSocket(nodes.at(0), tickets[0], id)).rejects.toThrow('401');
  await openSocket(nodes.at(0), tickets[1], id);
  await openSocket(nodes.at(0), tickets[100], id);
});
