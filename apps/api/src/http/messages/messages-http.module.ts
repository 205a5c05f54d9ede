import { Module } from '@nestjs/common';
import { MessagesController } from './messages.controller';
import { EditsController } from './edits.controller';
import { SearchController } from './search.controller';
import { TurnAnswers } from './turn-answers';
import { TurnsController } from './turns.controller';

@Module({
  // The search comes first: `messages/:id` would take its name for an id.
  controllers: [SearchController, MessagesController, EditsController, TurnsController],
  providers: [TurnAnswers],
})
export class MessagesHttpModule {}
