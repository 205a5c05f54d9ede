/** The day and the month that it is, by their names in the time zone of the quotas. */
export interface Windows {
  /** `2026-01-31` */
  readonly day: string;
  /** `2026-01` */
  readonly month: string;
  readonly dayEndsAt: Date;
  readonly monthEndsAt: Date;
}

export interface QuotaDay {
  readonly day: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

const HOUR_MS = 3_600_000;
/** More than the longest, in which clocks are put back. */
const DAY_AT_MOST_MS = 26 * HOUR_MS;
const MONTH_AT_MOST_MS = 32 * 24 * HOUR_MS;

export class QuotaWindows {
  private readonly format: Intl.DateTimeFormat;
  private known: Windows & { readonly since: number };

  constructor(timeZone: string) {
    // Swedes write dates as ISO 8601 does.
    this.format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    this.known = this.lookUp(0);
  }

  /** `2026-01-31` */
  dayOf(time: number): string {
    return this.format.format(time);
  }

  at(now: number): Windows {
    const { since, dayEndsAt } = this.known;
    if (now < since || now >= dayEndsAt.getTime()) this.known = this.lookUp(now);
    return this.known;
  }

  /** The last of them is that of `now`. */
  lastDays(now: number, count: number): QuotaDay[] {
    const dayAt = (time: number) => this.dayOf(time);
    const days: QuotaDay[] = [];
    let endsAt = firstChange(dayAt, now, DAY_AT_MOST_MS);
    while (days.length < count) {
      const lastMoment = endsAt.getTime() - 1;
      const startsAt = firstMomentLike(dayAt, lastMoment, DAY_AT_MOST_MS);
      days.unshift({ day: dayAt(lastMoment), startsAt, endsAt });
      endsAt = startsAt;
    }
    return days;
  }

  private lookUp(now: number) {
    const dayAt = (time: number) => this.dayOf(time);
    const monthAt = (time: number) => dayAt(time).slice(0, 7);
    return {
      since: now,
      day: dayAt(now),
      month: monthAt(now),
      dayEndsAt: firstChange(dayAt, now, DAY_AT_MOST_MS),
      monthEndsAt: firstChange(monthAt, now, MONTH_AT_MOST_MS),
    };
  }
}

/** The first millisecond after `start` with another name, by halving: no arithmetic with offsets is right everywhere. */
function firstChange(nameAt: (time: number) => string, start: number, within: number): Date {
  const name = nameAt(start);
  let same = start;
  let other = start + within;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (nameAt(middle) === name) same = middle;
    else other = middle;
  }
  return new Date(other);
}

/** Since when it has been named as it is at `end`. */
function firstMomentLike(nameAt: (time: number) => string, end: number, within: number): Date {
  const backwards = (elapsed: number) => nameAt(end - elapsed);
  return new Date(end - firstChange(backwards, 0, within).getTime() + 1);
}
