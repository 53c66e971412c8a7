// @ts-check
/** @import { RoomSize } from '../../../src/protocol/administration.ts' */
import { t } from '../../i18n/translate.js';

/**
 * What a room is called here: private ones have no name.
 *
 * @param {Pick<RoomSize, 'kind' | 'name'>} room
 */
export const nameOfRoom = ({ kind, name }) =>
  name ?? t(kind === 'direct' ? 'admin.direct' : 'admin.private');
