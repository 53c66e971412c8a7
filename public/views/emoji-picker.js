// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
import { t } from '../i18n/translate.js';
import { qualified } from '../shared/emoji.js';
import { Problem, useAction } from './use-action.js';
import { Dialog } from './dialog.js';
import { useForm, Field, FormError } from './forms.js';
import { html } from './html.js';
import { QUICK } from './quick-reactions.js';

/** The other emoji to choose from, separated by spaces. */
export const GROUPS = {
  Faces:
    '😀 😄 😅 🤣 😊 😇 🙂 😉 😍 😘 😋 😎 🤓 🤔 🤨 😐 🙄 😏 😴 🤤 😷 🤯 🥳 😬 😳 🥺 😭 😤 😡 🤡 👻 💀',
  Hands: '👎 👌 ✌️ 🤞 🤟 👏 🙌 🙏 💪 👋 🤝 👀 🫡 🤷 🤦 💅',
  Things: '🔥 ✨ ⭐ 💯 ✅ ❌ ❓ ❗ 💡 🚀 🎂 🍕 ☕ 🍻 🌈 🐛 🐢 🦄 🌍 💔 🎯 🏆 📌 ⏰',
};

/** @type {Record<keyof typeof GROUPS, TextKey>} */
const GROUP_NAMES = { Faces: 'emoji.faces', Hands: 'emoji.hands', Things: 'emoji.things' };

/** @param {{ onPick: (emoji: string) => Promise<void>, onClose: () => void }} props */
export function EmojiPicker({ onPick, onClose }) {
  const { form, errors, busy, onSubmit } = useForm(async (text) => {
    const emoji = text('emoji').trim();
    // The server may know an emoji that this browser does not.
    await onPick(qualified(emoji) ?? emoji);
    onClose();
  });
  const { problem, run } = useAction();
  const pick = async (/** @type {string} */ emoji) => {
    if (await run(() => onPick(emoji))) onClose();
  };
  return html`<${Dialog} title=${t('action.react')} onClose=${onClose}>
    <section class="emoji-group" aria-label=${t('action.quick')}>
      ${QUICK.map((emoji) => html`<button type="button" class="emoji" key=${emoji} onClick=${() => pick(emoji)}>${emoji}</button>`)}
    </section>
    ${Object.entries(GROUPS).map(
      ([name, emojis]) =>
        html`<section
          class="emoji-group"
          key=${name}
          aria-label=${t(GROUP_NAMES[/** @type {keyof typeof GROUPS} */ (name)])}
        >
          ${emojis
            .split(' ')
            .map(
              (emoji) =>
                html`<button type="button" class="emoji" key=${emoji} onClick=${() => pick(emoji)}>
                  ${emoji}
                </button>`,
            )}
        </section>`,
    )}
    <${Problem} text=${problem} />
    <form class="inline" ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label=${t('emoji.other')}
        name="emoji"
        maxlength="32"
        required
        autocomplete="off"
        errors=${errors}
      />
      <button class="primary" disabled=${busy}>${t('action.react')}</button>
      <${FormError} errors=${errors} />
    </form>
  <//>`;
}
