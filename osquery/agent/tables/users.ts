import { readLines } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

/** Accounts of this machine alone, from /etc/passwd; `users` has no remote ones. */
export const users: Table = {
  name: 'users',
  columns: columnsOf(
    `uid BIGINT, gid BIGINT, uid_signed BIGINT, gid_signed BIGINT, username TEXT,
    description TEXT, directory TEXT, shell TEXT, uuid TEXT`,
  ),
  rows: () =>
    readLines('/etc/passwd').flatMap((line) => {
      const [username, , uid, gid, description, directory, shell] = line.split(':');
      if (shell === undefined) return [];
      return {
        uid: Number(uid),
        gid: Number(gid),
        uid_signed: Number(uid) | 0,
        gid_signed: Number(gid) | 0,
        username,
        description,
        directory,
        shell,
      };
    }),
};
