// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { OpenRoom } from './open-room.js' */
import { me } from './session.js';

/**
 * Applies an event to everything that an open room shows.
 *
 * @param {OpenRoom} openRoom
 * @param {ChatEvent} event
 */
export function applyToRoom(openRoom, event) {
  const { composer, history, readMarker, roster } = openRoom;
  switch (event.type) {
    case 'message.created':
      roster.stoppedTyping(event.message.author.id);
      history.add(event.message);
      return readMarker.arrived(event.message);
    case 'message.edited':
    case 'message.deleted':
      history.change(event.message);
      composer.updateMessage(event.message);
      if (event.message.deletedAt) readMarker.deleted(event.message.seq);
      return;
    case 'reaction.added':
    case 'reaction.removed':
      return history.react(event);
    case 'member.joined':
      history.addNote(event.seq, event.at, { user: event.user, kind: 'joined' });
      roster.update(event.user, { role: event.role });
      return openRoom.countMember(event.seq, 1);
    case 'member.left': {
      const kind = event.reason === 'left' ? 'left' : 'removed';
      history.addNote(event.seq, event.at, { user: event.user, kind });
      roster.remove(event.user.id);
      return openRoom.countMember(event.seq, -1);
    }
    case 'member.updated':
      if (event.user.id === me.value?.id) openRoom.changeRoom({ role: event.role });
      return roster.update(event.user, { role: event.role });
    case 'room.updated':
      return openRoom.changeRoom(event.room);
    case 'presence.joined':
      return roster.update(event.user, { online: true });
    case 'presence.left':
      return roster.update(event.user, { online: false });
    case 'typing':
      if (event.user.id !== me.value?.id) roster.startedTyping(event.user);
      return;
    case 'user.updated':
      return openRoom.updateUser(event.user);
    case 'read':
      return readMarker.readElsewhere(event.lastReadSeq);
    // An open room shows nothing of these; a deleted room ends as its connection closes.
    case 'room.created':
    case 'room.deleted':
    case 'mention':
  }
}
