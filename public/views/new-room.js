// @ts-check
import { createRoom } from '../state/rooms.js';
import { goToRoom } from '../state/route.js';
import { Dialog } from './dialog.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';

/** @param {{ onClose: () => void }} props */
export function NewRoomDialog({ onClose }) {
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    const room = await createRoom({
      name: text('name').trim(),
      topic: text('topic').trim(),
    });
    onClose();
    goToRoom(room.id);
  });
  return html`<${Dialog} title="New room" onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label="Room name"
        name="name"
        maxlength="50"
        required
        autocomplete="off"
        autofocus
        hint="Everybody on this server can find the room and join it."
        errors=${errors}
      />
      <${Field}
        label="Topic"
        name="topic"
        maxlength="200"
        autocomplete="off"
        hint="What it is about, in a line. You may leave it empty."
        errors=${errors}
      />
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>Create room</button>
    </form>
  <//>`;
}
