// @ts-check
import { createRoom } from '../state/room-calls.js';
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
      visibility: text('visibility') === 'private' ? 'private' : 'public',
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
        errors=${errors}
      />
      <${Field}
        label="Topic"
        name="topic"
        maxlength="200"
        autocomplete="off"
        hint="What the room is about, in one line. Optional."
        errors=${errors}
      />
      <fieldset class="choice">
        <legend>Who may read it?</legend>
        <label>
          <input type="radio" name="visibility" value="public" checked />
          <span>Everybody on this server can find it and join</span>
        </label>
        <label>
          <input type="radio" name="visibility" value="private" />
          <span>Only people whom you or a moderator add</span>
        </label>
      </fieldset>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>Create room</button>
    </form>
  <//>`;
}
