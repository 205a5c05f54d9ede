import type { QuotaWindows } from '../windows/quota-windows';

/** A day of the quotas, as a whole, or a moment. */
export type UsageBound = { readonly day: string } | { readonly time: Date };

export interface UsageRange {
  readonly from?: UsageBound | undefined;
  /** A moment is not included, a day is. */
  readonly to?: UsageBound | undefined;
}

/** Part of a day. */
export interface UsageEdge {
  readonly day: string;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
}

/** Whole days, which are added up already, and at both ends what is left of one, which only the ledger knows. */
export interface UsageSpan {
  readonly wholeDays: readonly { readonly operator: '>' | '>=' | '<' | '<='; readonly day: string }[];
  readonly edges: readonly UsageEdge[];
}

/**
 * A turn belongs to the day on which it began and was charged, and within that day to the moment in which it ended. So
 * ranges that meet share no turn and lose none.
 */
export function spanOf({ from, to }: UsageRange, windows: QuotaWindows): UsageSpan {
  const first = from && endOf(from, windows);
  const last = to && endOf(to, windows);
  const wholeDays = [
    ...(first ? [{ operator: first.cut ? '>' : '>=', day: first.day } as const] : []),
    ...(last ? [{ operator: last.isDay ? '<=' : '<', day: last.day } as const] : []),
  ];
  return { wholeDays, edges: edgesOf(first, last) };
}

interface End {
  readonly day: string;
  readonly isDay: boolean;
  /** Where within the day; undefined: at its beginning. */
  readonly cut: Date | undefined;
}

function endOf(bound: UsageBound, windows: QuotaWindows): End {
  if ('day' in bound) return { day: bound.day, isDay: true, cut: undefined };
  const { time } = bound;
  const day = windows.dayOf(time.getTime());
  const isBorder = windows.dayOf(time.getTime() - 1) !== day;
  return { day, isDay: false, cut: isBorder ? undefined : time };
}

function edgesOf(first: End | undefined, last: End | undefined): UsageEdge[] {
  if (first && last && first.day > last.day) return [];
  const isOneDay = first?.day === last?.day;
  // At the very beginning of its day `last` ends, and leaves nothing of it.
  if (isOneDay && last && !last.isDay && last.cut === undefined) return [];
  if (isOneDay && first?.cut && last?.cut) return [{ day: first.day, from: first.cut, to: last.cut }];
  return [
    ...(first?.cut ? [{ day: first.day, from: first.cut }] : []),
    ...(last?.cut ? [{ day: last.day, to: last.cut }] : []),
  ];
}
