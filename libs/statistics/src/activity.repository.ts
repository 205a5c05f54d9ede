import { Injectable } from '@nestjs/common';
import { firstIdOf } from '#kernel';
import type { Db } from '#platform';

/** What began in a time, as far as it is still there. */
export interface Activity {
  readonly newUsers: number;
  readonly conversations: number;
  readonly messages: number;
}

export interface AccountCounts {
  readonly total: number;
  /** Not deactivated. */
  readonly active: number;
  readonly vip: number;
}

/** Counts in tables of rooms that are no neighbours, by their indexes alone. */
@Injectable()
export class ActivityRepository {
  async between(db: Db, from: Date, to: Date): Promise<Activity> {
    // Ids sort by time, so those of a day lie together.
    const ids = [firstIdOf(from.getTime()), firstIdOf(to.getTime())];
    const [row] = await db.query<Activity>(
      `SELECT (SELECT COUNT(*) FROM users WHERE created_at >= ? AND created_at < ?) AS "newUsers",
         (SELECT COUNT(*) FROM conversations WHERE id >= ? AND id < ?) AS "conversations",
         (SELECT COUNT(*) FROM messages WHERE id >= ? AND id < ?) AS "messages"`,
      [from, to, ...ids, ...ids],
    );
    return row ?? { newUsers: 0, conversations: 0, messages: 0 };
  }

  async accounts(db: Db, now: Date): Promise<AccountCounts> {
    const [row] = await db.query<Record<keyof AccountCounts, number | null>>(
      `SELECT COUNT(*) AS "total", SUM(CASE WHEN is_active THEN 1 ELSE 0 END) AS "active",
         SUM(CASE WHEN is_vip AND (vip_expires_at IS NULL OR vip_expires_at > ?) THEN 1 ELSE 0 END) AS "vip"
       FROM users`,
      [now],
    );
    return { total: row?.total ?? 0, active: row?.active ?? 0, vip: row?.vip ?? 0 };
  }
}
