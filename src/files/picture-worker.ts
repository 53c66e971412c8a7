import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { UnfitPicture, type PictureFormat, type PictureSize } from './picture-formats.ts';

/* The main module of a picture process: cleans one picture after the other. */

/** A picture to clean. */
export interface Job {
  readonly path: string;
  readonly format: PictureFormat;
}

/** What became of it: clean, rejected with the reason for its sender, or failed through no fault of the picture. */
export type Outcome = { readonly size: PictureSize } | { readonly unfit: string } | Failure;

/** What the process says first about each picture. */
export const BEGUN = 'begun';

/** With the code and the call of an error of the system, such as a full disk. */
interface Failure {
  readonly failed: string;
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
}

// Pictures are for the server alone.
process.umask(0o077);
// Messages come first.
setPriority(5);
// Where memory runs out, Linux ends this process rather than the server.
writeFile('/proc/self/oom_score_adj', '1000').catch(() => {
  // Other systems do not have it.
});
// Its server decides when it ends: a signal to both lets the server finish what has come in.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
process.on('message', (job: Job) => {
  process.send!(BEGUN);
  void outcomeOf(job).then((outcome) => process.send!(outcome));
});

async function outcomeOf({ path, format }: Job): Promise<Outcome> {
  try {
    // Imported here, so that the server hears why sharp does not load.
    const { cleanPicture } = await import('./clean-picture.ts');
    return { size: await cleanPicture(path, format) };
  } catch (error) {
    if (error instanceof UnfitPicture) return { unfit: error.message };
    const { message, code, syscall } = error as NodeJS.ErrnoException;
    return { failed: message, code, syscall };
  }
}
