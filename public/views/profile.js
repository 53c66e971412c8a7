// @ts-check
/** @import { Me } from '../../src/protocol/resources.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { client } from '../state/client.js';
import { AlertSettings } from './alert-settings.js';
import { ApiTokens } from './api-tokens.js';
import { Avatar } from './avatar.js';
import { BlockedPeople } from './blocks.js';
import { DeleteAccount } from './delete-account.js';
import { OwnData } from './own-data.js';
import { Dialog } from './dialog.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { LanguageChoice } from './language-choice.js';
import { MailSummaries } from './mail-summaries.js';
import { PasswordForm, Sessions } from './security.js';
import { listIsOpen } from './shortcuts.js';

/** @type {Record<string, TextKey>} */
const COLORS = {
  '#c2410c': 'color.brick',
  '#d99a1c': 'color.saffron',
  '#65831f': 'color.olive',
  '#1f8a5b': 'color.emerald',
  '#12848c': 'color.lagoon',
  '#2b6cb0': 'color.denim',
  '#5b5bd6': 'color.iris',
  '#8e4ec6': 'color.violet',
  '#c2417c': 'color.fuchsia',
  '#6b5b53': 'color.bark',
};

/** @param {{ user: Me, onAdminister: () => void, onClose: () => void }} props `onAdminister`: for admins */
export function ProfileDialog({ user, onAdminister, onClose }) {
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
  return html`<${Dialog} title=${t('profile.title')} onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      <div class="profile-head">
        <${Avatar} user=${shown} />
        <p class="hint">${user.email}</p>
      </div>
      <${Field}
        label=${t('signIn.name')}
        name="name"
        maxlength="50"
        required
        autocomplete="nickname"
        value=${shown.name}
        onInput=${rename}
        errors=${errors}
      />
      <fieldset class="swatches">
        <legend>${t('profile.color')}</legend>
        ${Object.entries({
          ...COLORS,
          [user.color]: COLORS[user.color] ?? 'profile.ownColor',
        }).map(
          ([color, name]) =>
            html`<input
              key=${color}
              type="radio"
              name="color"
              value=${color}
              aria-label=${t(name)}
              title=${t(name)}
              checked=${color === shown.color}
              style=${{ '--swatch': color }}
              onChange=${recolor}
            />`,
        )}
      </fieldset>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>${t('common.save')}</button>
    </form>
    <section class="part"><${LanguageChoice} /></section>
    <${AlertSettings} />
    <${MailSummaries} />
    <${PasswordForm} user=${user} />
    <${Sessions} />
    <${ApiTokens} />
    <${BlockedPeople} />
    ${
      user.isAdmin &&
      html`<div class="part">
        <button type="button" class="secondary" onClick=${onAdminister}>
          <${Icon} name="gear" /> ${t('admin.title')}
        </button>
      </div>`
    }
    <${OwnData} />
    <${DeleteAccount} user=${user} />
    <${KeysButton} onClose=${onClose} />
  <//>`;
}

/** The way to the list of shortcuts for those who do not know its key. @param {{ onClose: () => void }} props */
function KeysButton({ onClose }) {
  function open() {
    onClose();
    listIsOpen.value = true;
  }
  return html`<div class="part with-keyboard">
    <button type="button" class="secondary" onClick=${open}>
      <${Icon} name="keyboard" /> ${t('keys.title')}
    </button>
  </div>`;
}
