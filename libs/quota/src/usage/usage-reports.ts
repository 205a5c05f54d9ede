import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Db } from '#platform';
import { type QuotaDay, QuotaWindows } from '../windows/quota-windows';
import { NOTHING_USED, type UsageFigures, type UsageGroup, type UsageRow, type UsageSummary } from './usage';
import { spanOf, type UsageRange } from './usage-span';
import { UsageRepository, type UsageSelection } from './usage.repository';

const PAGE = 1_000;

export interface UsageQuery extends UsageRange {
  readonly groupBy: UsageGroup;
  /** Undefined: everyone's. */
  readonly userId?: string | undefined;
}

export interface UsageReport {
  readonly rows: readonly UsageRow[];
  /** Of all rows, also of those that are left out. */
  readonly total: UsageFigures;
  readonly isCut: boolean;
}

/** What was used and what it cost, as the ledger has it: accounts and conversations may be gone since. */
@Injectable()
export class UsageReports {
  constructor(
    private readonly db: Db,
    private readonly repository: UsageRepository,
    private readonly windows: QuotaWindows,
    private readonly clock: Clock,
  ) {}

  async report(query: UsageQuery, most: number): Promise<UsageReport> {
    const { groupBy } = query;
    const selection = this.selectionOf(query);
    const found = await this.repository.page(this.db, { ...selection, groupBy, after: undefined, limit: most + 1 });
    const rows = found.slice(0, most);
    const isCut = found.length > most;
    return { rows, isCut, total: isCut ? await this.repository.total(this.db, selection) : totalOf(rows) };
  }

  /** All of it, a page at a time. */
  async *pages(query: UsageQuery): AsyncGenerator<readonly UsageRow[]> {
    const { groupBy } = query;
    const selection = this.selectionOf(query);
    let after: string | undefined;
    do {
      const page = await this.repository.page(this.db, { ...selection, groupBy, after, limit: PAGE });
      yield page;
      after = page.length < PAGE ? undefined : (page.at(-1)?.key ?? '');
    } while (after !== undefined);
  }

  /** The last of them is today. */
  lastDays(count: number): readonly QuotaDay[] {
    return this.windows.lastDays(this.clock.now(), count);
  }

  /** Everyone's, by the name of the day. */
  async byDay([first]: readonly QuotaDay[]) {
    const days = first === undefined ? [] : await this.repository.byDay(this.db, first.day);
    return new Map(days.map((figures) => [figures.day, figures]));
  }

  activeUsersSince(day: string): Promise<number> {
    return this.repository.activeUsers(this.db, day);
  }

  /** By user. */
  async summaries(userIds: readonly string[]): Promise<ReadonlyMap<string, UsageSummary>> {
    const used = await this.repository.ofEach(this.db, userIds, this.windows.at(this.clock.now()));
    return new Map(userIds.map((id) => [id, used.get(id) ?? NOTHING_USED]));
  }

  private selectionOf({ userId, ...range }: UsageQuery): UsageSelection {
    return { userId, span: spanOf(range, this.windows) };
  }
}

function totalOf(rows: readonly UsageRow[]): UsageFigures {
  const sum = (figure: keyof UsageFigures) => rows.reduce((total, row) => total + row[figure], 0);
  return {
    requests: sum('requests'),
    promptTokens: sum('promptTokens'),
    completionTokens: sum('completionTokens'),
    totalTokens: sum('totalTokens'),
    costMicros: sum('costMicros'),
  };
}
