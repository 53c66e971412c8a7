// @ts-check
import { useEffect } from 'preact/hooks';
import { conversation } from '../state/conversations.js';
import { route } from '../state/route.js';
import { knownRoom } from '../state/rooms.js';
import { ConversationPane, NoConversation } from './conversation.js';
import { html } from './html.js';
import { PeoplePane } from './people.js';
import { RoomsPane } from './rooms.js';

/**
 * Three panes side by side. Where there is room for one only, `data-pane` says which.
 */
export function Chat() {
  const { roomId, people } = route.value;
  const open = conversation.value;
  const pane = !roomId ? 'rooms' : people ? 'people' : 'room';
  const name = roomId && (open?.room.value?.name ?? knownRoom(roomId)?.name);
  useEffect(() => {
    document.title = name ? `${name} · Charla` : 'Charla';
  }, [name]);
  return html`<div class="chat" data-pane=${pane}>
    <${RoomsPane} current=${roomId} />
    ${
      open && roomId
        ? html`<${ConversationPane}
              key=${roomId}
              roomId=${roomId}
              conversation=${open}
              peopleOpen=${people}
            />
            <${PeoplePane} key=${`people-${roomId}`} roomId=${roomId} conversation=${open} />`
        : html`<${NoConversation} />`
    }
  </div>`;
}
