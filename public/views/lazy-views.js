// @ts-check
/** @import { ComponentType } from 'preact' */
/** @import { NoticeProps } from './lazy.js' */
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { Alert, lazy as lazyOr } from './lazy.js';

/* What the first screen does not need. */

/**
 * @template Props
 * @param {() => Promise<ComponentType<Props>>} load
 */
const lazy = (load) => lazyOr(load, AlertOrDialog);

/** What should be a dialog says in a dialog that it could not be loaded. @param {NoticeProps} props */
function AlertOrDialog({ title, onClose, children }) {
  if (!onClose) return html`<${Alert} title=${title}>${children}<//>`;
  return html`<${Dialog} title=${title} onClose=${onClose}>${children}<//>`;
}

export const Administration = lazy(
  async () => (await import('./admin/administration.js')).Administration,
);
export const AttachmentTray = lazy(
  async () => (await import('./attachments/tray.js')).AttachmentTray,
);
export const DateDialog = lazy(async () => (await import('./date-dialog.js')).DateDialog);
export const DropTarget = lazy(
  async () => (await import('./attachments/drop-target.js')).DropTarget,
);
export const EmojiPicker = lazy(async () => (await import('./emoji-picker.js')).EmojiPicker);
export const FileViewer = lazy(async () => (await import('./files/viewer.js')).FileViewer);
export const InviteDialog = lazy(async () => (await import('./invites.js')).InviteDialog);
export const Integrations = lazy(async () => (await import('./integrations.js')).Integrations);
export const MessageMenu = lazy(async () => (await import('./message-menu.js')).MessageMenu);
export const NewRoomDialog = lazy(async () => (await import('./new-room.js')).NewRoomDialog);
export const PendingFiles = lazy(
  async () => (await import('./attachments/pending-files.js')).PendingFiles,
);
export const PeopleFinder = lazy(async () => (await import('./people-finder.js')).PeopleFinder);
export const PersonDialog = lazy(async () => (await import('./person.js')).PersonDialog);
export const Picture = lazy(async () => (await import('./files/picture.js')).Picture);
export const Player = lazy(async () => (await import('./files/player.js')).Player);
export const ProfileDialog = lazy(async () => (await import('./profile.js')).ProfileDialog);
export const RoomSettings = lazy(async () => (await import('./room-settings.js')).RoomSettings);
export const SearchPane = lazy(async () => (await import('./search.js')).SearchPane);
export const ShortcutList = lazy(async () => (await import('./shortcut-list.js')).ShortcutList);
export const Thumbnail = lazy(async () => (await import('./files/thumbnail.js')).Thumbnail);
