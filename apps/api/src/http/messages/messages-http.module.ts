import { Module } from '@nestjs/common';
import { MessagesController } from './messages.controller';
import { EditsController } from './edits.controller';
import { TurnAnswers } from './turn-answers';
import { TurnsController } from './turns.controller';

@Module({ controllers: [MessagesController, EditsController, TurnsController], providers: [TurnAnswers] })
export class MessagesHttpModule {}
