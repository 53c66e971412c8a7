import type { FilledDatabase } from '../filling.ts';
import { migrateToLatest } from '../migrate.ts';
import { Writable } from './writable.ts';

/** Opens a file to fill it, or creates it. The caller has its folder locked. */
export async function openToFill(file: string): Promise<FilledDatabase> {
  const writable = new Writable(file);
  try {
    await migrateToLatest(writable.db, 'sqlite', { mayBePart: true });
    return writable;
  } catch (error) {
    await writable.close();
    throw error;
  }
}
