// @ts-check
/** @import { Me } from '../../src/protocol/resources.ts' */
import { useState } from 'preact/hooks';
import { client } from '../state/session.js';
import { Avatar } from './avatar.js';
import { BlockedPeople } from './blocks.js';
import { Dialog } from './dialog.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { Alerts, PasswordForm, Sessions } from './security.js';

const COLORS = {
  '#c2410c': 'Brick',
  '#d99a1c': 'Saffron',
  '#65831f': 'Olive',
  '#1f8a5b': 'Emerald',
  '#12848c': 'Lagoon',
  '#2b6cb0': 'Denim',
  '#5b5bd6': 'Iris',
  '#8e4ec6': 'Violet',
  '#c2417c': 'Fuchsia',
  '#6b5b53': 'Bark',
};

/** @param {{ user: Me, onClose: () => void }} props */
export function ProfileDialog({ user, onClose }) {
  // Only changed fields are saved. The others follow the profile, which another device may change.
  const [changes, setChanges] = useState(/** @type {{ name?: string, color?: string }} */ ({}));
  const shown = { id: user.id, name: user.name, color: user.color, ...changes };
  const { form, busy, errors, onSubmit } = useForm(async () => {
    const { name } = changes;
    const saved = { ...changes, ...(name !== undefined && { name: name.trim() }) };
    if (Object.keys(saved).length > 0) await client.updateMe(saved);
    onClose();
  });
  /** @param {{ currentTarget: HTMLInputElement }} event */
  const rename = ({ currentTarget }) => setChanges({ ...changes, name: currentTarget.value });
  /** @param {{ currentTarget: HTMLInputElement }} event */
  const recolor = ({ currentTarget }) => setChanges({ ...changes, color: currentTarget.value });
  return html`<${Dialog} title="Your profile" onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      <div class="profile-head">
        <${Avatar} user=${shown} />
        <p class="hint">${user.email}</p>
      </div>
      <${Field}
        label="Name"
        name="name"
        maxlength="50"
        required
        autocomplete="nickname"
        value=${shown.name}
        onInput=${rename}
        errors=${errors}
      />
      <fieldset class="swatches">
        <legend>Colour</legend>
        ${Object.entries({
          ...COLORS,
          [user.color]: COLORS[/** @type {keyof typeof COLORS} */ (user.color)] ?? 'Your colour',
        }).map(
          ([color, name]) =>
            html`<input
              key=${color}
              type="radio"
              name="color"
              value=${color}
              aria-label=${name}
              title=${name}
              checked=${color === shown.color}
              style=${{ '--swatch': color }}
              onChange=${recolor}
            />`,
        )}
      </fieldset>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>Save</button>
    </form>
    <${Alerts} />
    <${PasswordForm} />
    <${Sessions} />
    <${BlockedPeople} />
  <//>`;
}
