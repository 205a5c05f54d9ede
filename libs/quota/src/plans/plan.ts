import type { QuotaLimits } from '../limits';

/** A user without a plan of his own has one of these two. Their figures may change; they stay. */
export const FREE_PLAN = 'free';
export const VIP_PLAN = 'vip';

export interface Plan extends QuotaLimits {
  readonly name: string;
  readonly builtIn: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
