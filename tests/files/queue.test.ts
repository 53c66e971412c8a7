import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { Media } from '../../src/files/media.ts';
import { PictureProcess } from '../../src/files/picture-process.ts';
import { openMedia, rejects, share } from './support/media.ts';
import { png } from './support/pictures.ts';

const { media, folder, place } = openMedia();
const SOON = { interval: 5, timeout: 30_000 };
const isLinux = process.platform === 'linux';

/** Writes a picture of so many pixels a side. */
async function picture(side: number): Promise<string> {
  const path = place();
  await writeFile(path, png(side, side));
  return path;
}

/** The processes that this one has started and that clean pictures. */
function pictureProcesses(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((pid) => pid && commandOf(pid).includes('picture-worker'))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile: a browser's, or of another test.
    return '';
  }
}

it('bounds how many pictures wait, and takes turns between addresses', async () => {
  const done: string[] = [];
  const send = async (address: string) => {
    const path = await picture(16);
    const outcome = await media.inspect(path, { address, account: '' }).then(
      () => 'clean',
      (error: { code: string; retryAfter: number }) => {
        expect(error).toMatchObject({ code: 'overloaded', retryAfter: 5 });
        expect(existsSync(`${path}.thumbnail`)).toBe(false);
        return 'overloaded';
      },
    );
    done.push(`${address}: ${outcome}`);
  };
  await Promise.all([...Array.from({ length: 100 }, () => send('many')), send('one')]);
  expect(done.filter((one) => one === 'many: overloaded').length).toBeGreaterThan(20);
  expect(done.filter((one) => one === 'many: clean').length).toBeGreaterThan(20);
  const cleaned = done.filter((one) => one.endsWith('clean'));
  expect(cleaned.indexOf('one: clean')).toBeGreaterThanOrEqual(0);
  expect(cleaned.indexOf('one: clean')).toBeLessThan(20);
});

it('rejects a picture that takes too long, and ends its process', async () => {
  const busy = new PictureProcess();
  // Its start must not count: the large picture is being cleaned when its time is up.
  const small = { path: await picture(16), format: 'png' as const };
  expect(await busy.clean(small, 30_000)).toEqual({ size: { width: 16, height: 16 } });
  const job = { path: await picture(7000), format: 'png' as const };
  expect(await busy.clean(job, 20)).toEqual({ unfit: expect.stringMatching('too long') });
  expect(busy.isAlive).toBe(false);
  await busy.end();
});

it.runIf(isLinux)('outlives a decoder that crashes, and leaves nothing of its work', async () => {
  const path = await picture(7000);
  const crashed = media.inspect(path, share);
  await vi.waitFor(() => expect(existsSync(`${path}.clean`)).toBe(true), SOON);
  const busy = pictureProcesses();
  expect(busy.length).toBeGreaterThan(0);
  for (const pid of busy) process.kill(pid, 'SIGSEGV');
  await expect(crashed).rejects.toMatchObject(rejects('cannot be read'));
  expect(readdirSync(folder).filter((name) => `${folder}/${name}`.startsWith(`${path}.`))).toEqual(
    [],
  );
  expect(await media.inspect(await picture(16), share)).toMatchObject({ width: 16 });
});

it.runIf(isLinux)('gives a picture to another process where an idle one was killed', async () => {
  await Promise.all(
    [picture(300), picture(300)].map(async (path) => media.inspect(await path, share)),
  );
  const idle = pictureProcesses();
  expect(idle.length).toBeGreaterThan(0);
  const path = await picture(16);
  for (const pid of idle) process.kill(pid, 'SIGKILL');
  // Their ends are not noticed yet.
  expect(await media.inspect(path, share)).toMatchObject({ width: 16 });
});

it.runIf(isLinux)('tells a full disk from a bad picture', async () => {
  for (const name of ['.clean', '.thumbnail']) {
    const path = await picture(200);
    symlinkSync('/dev/full', `${path}${name}`);
    await expect(media.inspect(path, share)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(existsSync(`${path}${name}`)).toBe(false);
  }
});

it('tells a picture that is gone from a bad one', async () => {
  await expect(media.inspect(`${folder}/nothing`, share)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('rejects what waits when it closes', async () => {
  const closing = new Media();
  const paths = await Promise.all([1, 2, 3, 4].map(() => picture(5000)));
  const inspected = Promise.allSettled(paths.map((path) => closing.inspect(path, share)));
  await vi.waitFor(
    () => expect(paths.some((path) => existsSync(`${path}.clean`))).toBe(true),
    SOON,
  );
  await closing.close();
  const codes = (await inspected).map((one) => (one as { reason?: { code: string } }).reason?.code);
  expect(codes).toContain('shutting_down');
  expect(codes.filter((code) => code && code !== 'shutting_down')).toEqual([]);
  const late = await picture(16);
  await expect(closing.inspect(late, share)).rejects.toMatchObject({ code: 'shutting_down' });
});
