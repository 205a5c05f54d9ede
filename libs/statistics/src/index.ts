export { Statistics } from './statistics';
export type { AccountCounts, DayFigures, Figures, Overview } from './statistics';
export { StatisticsModule } from './statistics.module';
