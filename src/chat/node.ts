import type { News, Node } from '../store/cluster.ts';
import { whichHaveEnded } from '../store/queries/sessions.ts';
import { ChangedUsers } from './announcements.ts';
import { limitsHitOf } from './services/limits-hit.ts';
import type { Services } from './services.ts';
import { closeSessionsHere } from './sessions.ts';

/** Sessions that one query reads: bounds how long the reader is busy with it. */
const PAGE = 500;

/** This process, as the other nodes of its database see it. */
export function nodeOf(services: Services): Node {
  const { manager } = services;
  const changedUsers = new ChangedUsers(services);
  return {
    receive: (news) => receive(services, changedUsers, news),
    checkSessions: () => checkSessions(services),
    checkUsers: () => changedUsers.check(),
    limitsHit: () => limitsHitOf(services),
    connectionCount: () => manager.counts.sockets + manager.counts.streams,
    present: () => manager.present(),
    setPresent: (...change) => manager.remotePresence.set(...change),
    replacePresent: (all) => manager.remotePresence.replace(all),
    forgetNode: (nodeId) => manager.remotePresence.forgetNode(nodeId),
  };
}

function receive(services: Services, changedUsers: ChangedUsers, news: News): void {
  const { manager } = services;
  switch (news.kind) {
    case 'typing':
      return manager.broadcast(news.event);
    case 'read':
      return manager.sendToUser(news.userId, news.event);
    case 'user':
      return changedUsers.add(news.userId);
    case 'sessions':
      return closeSessionsHere(services, news.userId, news.ended);
  }
}

/** Closes the connections whose sessions have ended: news of it may have been lost. */
async function checkSessions(services: Services): Promise<void> {
  const { manager, store } = services;
  const sessions = manager.sessions();
  const ids = [...sessions.keys()];
  for (let at = 0; at < ids.length; at += PAGE) {
    for (const id of await whichHaveEnded(store.pagesDb, ids.slice(at, at + PAGE))) {
      closeSessionsHere(services, sessions.get(id)!, [id]);
    }
  }
}
