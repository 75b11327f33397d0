import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * What this user has written earlier. A link is not followed, and a pipe not waited for.
 * @param file absolute path
 * @param user the number of this user; undefined where the system has none
 * @param maximumSize in bytes
 * @returns undefined for what others than this user may have written, and for what is larger
 * @throws Error where there is no such file
 */
export function readOwn(file: string, user: number | undefined, maximumSize: number): Buffer | undefined {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { size, mode, uid } = fstatSync(descriptor);
    const isOwn = user === undefined || (uid === user && (mode & 0o022) === 0);
    return isOwn && size <= maximumSize ? readFileSync(descriptor) : undefined;
  } finally {
    closeSync(descriptor);
  }
}
