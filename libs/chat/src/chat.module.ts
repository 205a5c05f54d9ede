import { type DynamicModule, Module } from '@nestjs/common';
import { CHAT_CONFIG, type ChatConfig } from './chat-config';
import { chatMetricsProviders } from './chat-metrics';
import { ChatService } from './chat.service';
import { DeadTurns } from './ending/dead-turns';
import { EndingInTransaction } from './ending/ending-in-transaction';
import { Reaper } from './ending/reaper';
import { TurnEnding } from './ending/turn-ending';
import { ActiveExchanges } from './exchange/active-exchanges';
import { ExchangeEnding } from './exchange/exchange-ending';
import { ExchangeOpening } from './exchange/exchange-opening';
import { ExchangePrompt } from './exchange/exchange-prompt';
import { Exchanges } from './exchange/exchanges';
import { DistantTurns } from './following/distant-turns';
import { FinishedTurns } from './following/finished-turns';
import { TurnChannels } from './following/turn-channels';
import { TurnFollowing } from './following/turn-following';
import { TurnRelay } from './following/turn-relay';
import { TurnRevocation } from './following/turn-revocation';
import { TurnStopping } from './following/turn-stopping';
import { TurnLeases } from './lease/turn-leases';
import { CarefulOpening } from './opening/careful-opening';
import { PlainOpening } from './opening/plain-opening';
import { PlainTurns } from './opening/plain-turns';
import { PromptBuilder } from './opening/prompt-builder';
import { PromptFiles } from './opening/prompt-files';
import { SaidText } from './opening/said-text';
import { TurnAdmission } from './opening/turn-admission';
import { TurnOpening } from './opening/turn-opening';
import { TurnPlacement } from './opening/turn-placement';
import { TurnWishes } from './opening/turn-wishes';
import { TurnAnnouncements } from './telling/turn-announcements';
import { Titles } from './titles/titles';
import { ActiveTurns } from './writing/active-turns';
import { AnswerCache } from './writing/answer-cache';
import { AnswerCheckpoints } from './writing/answer-checkpoints';
import { AnswerSource } from './writing/answer-source';
import { AnswerStore } from './writing/answer-store';
import { TurnEngine } from './writing/turn-engine';

@Module({})
export class ChatModule {
  /** Whoever ends the application drains `ActiveTurns`, and cuts `ActiveExchanges` off. */
  static forRoot(config: ChatConfig): DynamicModule {
    return {
      module: ChatModule,
      global: true,
      providers: [
        { provide: CHAT_CONFIG, useValue: config },
        ...chatMetricsProviders,
        ActiveExchanges,
        ActiveTurns,
        AnswerCache,
        AnswerCheckpoints,
        AnswerSource,
        AnswerStore,
        CarefulOpening,
        ChatService,
        DeadTurns,
        DistantTurns,
        EndingInTransaction,
        ExchangeEnding,
        ExchangeOpening,
        ExchangePrompt,
        Exchanges,
        FinishedTurns,
        PlainOpening,
        PlainTurns,
        PromptBuilder,
        PromptFiles,
        Reaper,
        SaidText,
        Titles,
        TurnAdmission,
        TurnAnnouncements,
        TurnChannels,
        TurnEnding,
        TurnEngine,
        TurnFollowing,
        TurnLeases,
        TurnOpening,
        TurnPlacement,
        TurnRelay,
        TurnRevocation,
        TurnStopping,
        TurnWishes,
      ],
      exports: [ActiveExchanges, ActiveTurns, ChatService, Exchanges],
    };
  }
}
