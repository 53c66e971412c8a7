// @ts-check
/** @import { OpenRoom } from '../../state/open-room.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';

/** @type {Signal<{ openRoom: OpenRoom, fileId: string } | null>} the picture that fills the screen */
export const viewed = signal(null);
