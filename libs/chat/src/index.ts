export type { ChatConfig } from './chat-config';
export { ChatModule } from './chat.module';
export { ChatService } from './chat.service';
export { ActiveExchanges } from './exchange/active-exchanges';
export type { ExchangeCommand } from './exchange/exchange-command';
export { Exchanges } from './exchange/exchanges';
export type { Exchange, ExchangeEnd } from './exchange/exchanges';
export { collectTurn } from './turn/collect-turn';
export type { Turn } from './turn/turn';
export type {
  NoteCommand,
  RegenerateCommand,
  RephraseCommand,
  SendCommand,
  SpecialWishes,
  TurnCommand,
} from './turn/turn-command';
export type { RemainingQuota, TurnContent, TurnEnd, TurnError, TurnEvent } from './turn/turn-event';
export type { TurnReader } from './turn/turn-log';
export { ActiveTurns } from './writing/active-turns';
