import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Db } from '#platform';
import { type QuotaDay, type UsageDay, UsageReports } from '#quota';
import { type AccountCounts, type Activity, ActivityRepository } from './activity.repository';

export type { AccountCounts } from './activity.repository';

export interface Figures extends Activity, UsageDay {
  /** Who had a turn. */
  readonly activeUsers: number;
}

export interface DayFigures extends Figures {
  readonly day: string;
}

export interface Overview {
  readonly accounts: AccountCounts;
  readonly today: Figures;
  readonly last7Days: Figures;
  readonly last30Days: Figures;
  /** Thirty days, the last of which is today. */
  readonly days: readonly DayFigures[];
}

const DAYS = 30;
/** What was stored as a day ended may have been on its way still. */
const SETTLED_AFTER_MS = 60_000;

/** What an operator wants to see at a glance; none of it reads more than a day's rows that it has not read before. */
@Injectable()
export class Statistics {
  /** Of days that are over, so that each is counted once. */
  private readonly past = new Map<string, Activity>();

  constructor(
    private readonly db: Db,
    private readonly activity: ActivityRepository,
    private readonly usage: UsageReports,
    private readonly clock: Clock,
  ) {}

  async overview(): Promise<Overview> {
    const windows = this.usage.lastDays(DAYS);
    const usage = await this.usage.byDay(windows);
    const days: DayFigures[] = [];
    for (const window of windows) {
      const { day } = window;
      days.push({ day, ...(await this.activityOf(window)), ...(usage.get(day) ?? NO_USAGE) });
    }
    for (const day of this.past.keys()) if (day < (days[0]?.day ?? '')) this.past.delete(day);
    const over = async (count: number): Promise<Figures> => ({
      ...sumOf(days.slice(-count)),
      activeUsers: await this.usage.activeUsersSince(days.at(-count)?.day ?? ''),
    });
    return {
      accounts: await this.activity.accounts(this.db, this.clock.date()),
      today: await over(1),
      last7Days: await over(7),
      last30Days: await over(DAYS),
      days,
    };
  }

  private async activityOf({ day, startsAt, endsAt }: QuotaDay): Promise<Activity> {
    const known = this.past.get(day);
    if (known !== undefined) return known;
    const counted = await this.activity.between(this.db, startsAt, endsAt);
    if (this.clock.now() > endsAt.getTime() + SETTLED_AFTER_MS) this.past.set(day, counted);
    return counted;
  }
}

const NO_USAGE: UsageDay & { activeUsers: number } = {
  requests: 0,
  failures: 0,
  promptTokens: 0,
  completionTokens: 0,
  totalTokens: 0,
  costMicros: 0,
  firstTokens: 0,
  firstTokenMs: 0,
  activeUsers: 0,
};

function sumOf(days: readonly DayFigures[]): Omit<Figures, 'activeUsers'> {
  const sum = (figure: keyof Omit<Figures, 'activeUsers'>) => days.reduce((total, day) => total + day[figure], 0);
  return {
    newUsers: sum('newUsers'),
    conversations: sum('conversations'),
    messages: sum('messages'),
    requests: sum('requests'),
    failures: sum('failures'),
    promptTokens: sum('promptTokens'),
    completionTokens: sum('completionTokens'),
    totalTokens: sum('totalTokens'),
    costMicros: sum('costMicros'),
    firstTokens: sum('firstTokens'),
    firstTokenMs: sum('firstTokenMs'),
  };
}
