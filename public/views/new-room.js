// @ts-check
import { t } from '../i18n/translate.js';
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
  return html`<${Dialog} title=${t('rooms.new')} onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label=${t('room.name')}
        name="name"
        maxlength="50"
        required
        autocomplete="off"
        autofocus
        errors=${errors}
      />
      <${Field}
        label=${t('room.topic')}
        name="topic"
        maxlength="200"
        autocomplete="off"
        hint=${t('room.topicHint')}
        errors=${errors}
      />
      <fieldset class="choice">
        <legend>${t('room.whoMayRead')}</legend>
        <label>
          <input type="radio" name="visibility" value="public" checked />
          <span>${t('room.public')}</span>
        </label>
        <label>
          <input type="radio" name="visibility" value="private" />
          <span>${t('room.private')}</span>
        </label>
      </fieldset>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>${t('room.create')}</button>
    </form>
  <//>`;
}
