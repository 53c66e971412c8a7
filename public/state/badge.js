// @ts-check
import { computed, effect } from '@preact/signals-core';
import { notifiedCount } from './notify-levels.js';
import { memberRooms } from './room-list.js';

/** How many unread messages the user wants to be notified of, in all rooms. */
const count = computed(() => memberRooms.value.reduce((sum, room) => sum + notifiedCount(room), 0));

/** Whether there are unread messages of another kind, in rooms that are not muted. */
const hasOthers = computed(() =>
  memberRooms.value.some(({ notify, unreadCount }) => notify !== 'none' && unreadCount > 0),
);

/** What the page's title begins with: the number of messages for the user, or a dot where there are only others. */
export const titleBadge = computed(() => {
  if (count.value > 0) return `(${count.value}) `;
  return hasOthers.value ? '• ' : '';
});

/** Keeps the number on the icon of the installed page. */
export function followBadge() {
  // Where the page is not installed, or the system shows no badges, there is nothing to see, nor to mend.
  effect(() => void navigator.setAppBadge?.(count.value).catch(() => {}));
}
