import { closeSync, existsSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { shown } from '../../progress.ts';
import { findingsOf, median, type Finding } from './finding.ts';

const MIB = 2 ** 20;
/** Below this nothing can be written for long. */
const MIN_FREE = 200 * MIB;
/** A warning below this part of the disk. */
const LOW_PART = 0.1;
/** Writes that are timed, of one page each, and how long one should take, in milliseconds. */
const WRITES = 20;
const SLOW_MS = 25;
/** The rights of everybody but the owner. */
const OTHERS = 0o077;

/** How much space a folder has. */
export async function checkSpace(name: string, folder: string): Promise<Finding> {
  const { ok, warning, fault } = findingsOf('disk space');
  const { bavail, blocks, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const part = bavail / blocks;
  const text = `${name} has ${shown(free / MIB)} MiB free, ${(part * 100).toFixed(0)} % of its disk`;
  if (free < MIN_FREE) return fault(`${text}: once it is full, nothing is written; make room`);
  if (part < LOW_PART) return warning(`${text}: watch it, or make room`);
  return ok(`${text}.`);
}

/** How long a commit waits for the disk. */
export function checkSync(dataDir: string): Finding {
  const { ok, warning } = findingsOf('disk speed');
  const file = join(dataDir, `doctor-${process.pid}.tmp`);
  const fd = openSync(file, 'wx', 0o600);
  const times: number[] = [];
  try {
    for (let i = 0; i < WRITES; i += 1) {
      const start = performance.now();
      writeSync(fd, Buffer.alloc(4096, i));
      fdatasyncSync(fd);
      times.push(performance.now() - start);
    }
  } finally {
    closeSync(fd);
    rmSync(file);
  }
  const [middle, worst] = [median(times), Math.max(...times)].map((ms) => ms.toFixed(1));
  const text = `The disk of DATA_DIR takes ${middle} ms to keep a write, ${worst} ms at the worst`;
  if (median(times) <= SLOW_MS) return ok(`${text}.`);
  return warning(`${text}: each message waits for that; a local SSD takes a few milliseconds`);
}

/** Whether others on the machine can read what is private, and whether the server can read all of it. */
export async function checkRights(dataDir: string): Promise<Finding[]> {
  const { ok, warning, fault } = findingsOf('permissions');
  const folder = await stat(dataDir);
  const found: Finding[] = [];
  if (folder.mode & OTHERS) {
    found.push(warning(`Others may look into ${dataDir}; run chmod 700 ${dataDir}`));
  }
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name);
    if (!/^(charla\.db|jwt-secret|files$)/.test(name) || !existsSync(path)) continue;
    const { mode, uid } = await stat(path);
    if (mode & OTHERS) found.push(fault(`Others may read ${path}; run chmod go= ${path}`));
    if (uid !== folder.uid) {
      const text = `${path} belongs to user ${uid}, and DATA_DIR to user ${folder.uid}`;
      found.push(fault(`${text}; run chown ${folder.uid} ${path}`));
    }
  }
  return found.length > 0 ? found : [ok('Only the owner of DATA_DIR can read what is in it.')];
}
