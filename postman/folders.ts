import { administration } from './folders/administration.ts';
import { away } from './folders/away.ts';
import { documents } from './folders/documents.ts';
import { files } from './folders/files.ts';
import { goodbye } from './folders/goodbye.ts';
import { integrations } from './folders/integrations.ts';
import { live } from './folders/live.ts';
import { log } from './folders/log.ts';
import { messages } from './folders/messages.ts';
import { moderation } from './folders/moderation.ts';
import { people } from './folders/people.ts';
import { rooms } from './folders/rooms.ts';
import { signUp } from './folders/sign-up.ts';
import type { Folder } from './step.ts';

/** The folders of the collection, in the order in which they run. */
export const folders: readonly Folder[] = [
  signUp,
  people,
  rooms,
  messages,
  log,
  files,
  away,
  integrations,
  moderation,
  live,
  administration,
  documents,
  goodbye,
];
