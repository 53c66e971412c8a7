import { isVisible } from '../../public/shared/visible.js';
import { ChatError } from '../protocol/errors.ts';

/** Throws where nothing of a text is visible: such a message is empty. */
export function requireVisible(text: string): void {
  if (isVisible(text)) return;
  throw new ChatError('validation_failed', {
    details: [{ path: '/text', message: 'must have something visible in it' }],
  });
}
