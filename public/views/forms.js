// @ts-check
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../chat-client.js';
import { html } from './html.js';

/** @type {Record<string, string>} the field that a refusal is about, by its code */
const FIELD_OF_CODE = { email_taken: 'email', name_taken: 'name', room_name_taken: 'name' };

/**
 * The state of a form: whether it is being submitted, and what went wrong, by field or as a whole.
 *
 * @param {(text: (field: string) => string) => Promise<void>} action receives a function that returns the text of a field
 */
export function useForm(action) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));

  /** @param {SubmitEvent} event */
  async function onSubmit(event) {
    event.preventDefault();
    if (busy || !form.current) return;
    setBusy(true);
    setErrors({});
    try {
      const fields = new FormData(form.current);
      await action((field) => {
        const value = fields.get(field);
        return typeof value === 'string' ? value : '';
      });
    } catch (error) {
      setErrors(byField(error, form.current));
    } finally {
      setBusy(false);
    }
  }

  useEffect(() => {
    const [first] = Object.keys(errors);
    const field = first ? form.current?.elements.namedItem(first) : null;
    if (field instanceof HTMLElement) field.focus();
  }, [errors]);

  return { form, busy, errors, onSubmit };
}

/**
 * @param {unknown} error
 * @param {HTMLFormElement | null} form
 * @returns {Record<string, string>} messages by name of field; those without a field under ""
 */
function byField(error, form) {
  if (!(error instanceof ApiError)) throw error;
  const field = FIELD_OF_CODE[error.code];
  if (field) return { [field]: error.message };
  /** @type {Record<string, string>} */
  const errors = {};
  for (const { path, message } of error.details) {
    const name = path.split(/[./]/).at(-1) ?? '';
    if (name && form?.elements.namedItem(name)) errors[name] = message;
  }
  if (Object.keys(errors).length > 0) return errors;
  const wait = error.retryAfter > 0 ? ` Try again in ${error.retryAfter} s.` : '';
  return { '': error.message + wait };
}

/**
 * A labelled text field; everything else goes to the `<input>`.
 *
 * @param {{ label: string, name: string, errors: Record<string, string>, hint?: string, [attribute: string]: unknown }} props
 */
export function Field({ label, name, errors, hint, ...attributes }) {
  const error = errors[name];
  const id = `field-${name}`;
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      name=${name}
      aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${describedBy || undefined}
      ...${attributes}
    />
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}

/** @param {{ errors: Record<string, string> }} props */
export function FormError({ errors }) {
  return html`<div role="alert">${errors[''] && html`<p class="error">${errors['']}</p>`}</div>`;
}
