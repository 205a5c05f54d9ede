import { ApiProperty } from '@nestjs/swagger';
import { AppError, type FieldIssue } from '#kernel';
import type { RequestMessage } from '#llm';
import { BooleanField } from '../../edge/fields/boolean.field';
import { IntegerField } from '../../edge/fields/integer.field';
import { NumberField } from '../../edge/fields/number.field';
import { listOf, Obeys, type Rule, WhenGiven } from '../../edge/fields/rule';
import { isWellFormedText, TextField, textRule } from '../../edge/fields/text.field';
import { obey } from '../../edge/fields/validation.pipe';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];
const LONGEST_ANSWER = 1_000_000;
const MOST_STOPS = 4;
const LONGEST_STOP = 1_000;

const stopRule: Rule = (value) =>
  Array.isArray(value) ? listOf(textRule(0, LONGEST_STOP), MOST_STOPS)(value) : textRule(0, LONGEST_STOP)(value);

const messagesRule: Rule = (value) => {
  if (value === undefined) return { reason: 'required' };
  if (!Array.isArray(value)) return { reason: 'must_be_array' };
  return value.length === 0 ? { reason: 'required' } : undefined;
};

/** What this door looks at. Whatever else OpenAI's clients send goes on to the model as it is. */
export class CompletionRequest {
  @TextField({ min: 1, max: 100, example: 'gpt-4o-mini' })
  model!: string;

  @ApiProperty({
    type: 'array',
    minItems: 1,
    items: {
      type: 'object',
      required: ['role'],
      properties: { role: { type: 'string', enum: ROLES }, content: {} },
      additionalProperties: true,
    },
    example: [{ role: 'user', content: 'What is the capital of France?' }],
    description: 'As OpenAI has them; images need a model with the capability vision',
  })
  @Obeys(messagesRule)
  messages!: readonly RequestMessage[];

  @BooleanField({ optional: true, description: 'true: the answer comes as Server-Sent Events, the last is [DONE]' })
  stream?: boolean;

  @IntegerField({ min: 1, max: LONGEST_ANSWER, optional: true, description: 'The longest answer' })
  max_completion_tokens?: number;

  @IntegerField({
    min: 1,
    max: LONGEST_ANSWER,
    optional: true,
    description: 'The older name of max_completion_tokens, which goes before it',
  })
  max_tokens?: number;

  @NumberField({ min: 0, max: 2, optional: true })
  temperature?: number;

  @NumberField({ min: 0, max: 1, optional: true })
  top_p?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 1, description: 'One answer; no more' })
  @Obeys((value) => (value === 1 ? undefined : { reason: 'must_be_one_of', params: { choices: '1' } }))
  @WhenGiven()
  n?: number;

  @ApiProperty({
    required: false,
    oneOf: [{ type: 'string' }, { type: 'array', maxItems: MOST_STOPS, items: { type: 'string' } }],
  })
  @Obeys(stopRule)
  @WhenGiven()
  stop?: string | readonly string[];

  @ApiProperty({
    required: false,
    type: Object,
    additionalProperties: true,
    example: { include_usage: true },
  })
  @Obeys((value) => (isObject(value) ? undefined : { reason: 'must_be_object' }))
  @WhenGiven()
  stream_options?: { readonly include_usage?: unknown };
}

/** Throws what is wrong with it; in OpenAI's words null is the same as nothing. */
export function readCompletion(body: object): CompletionRequest {
  const broken = brokenTextIn(body);
  if (broken !== undefined) throw AppError.invalid({ field: broken, reason: 'must_be_well_formed_text' });
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const request = obey(Object.assign(new CompletionRequest(), Object.fromEntries(given)));
  const [first, ...rest] = request.messages.flatMap((message, index) => faultsIn(message, `messages.${index}`));
  if (first !== undefined) throw AppError.invalid(first, ...rest);
  return request;
}

function faultsIn(message: unknown, field: string): FieldIssue[] {
  if (!isObject(message)) return [{ field, reason: 'must_be_object' }];
  const { role, content } = message as Partial<RequestMessage>;
  if (typeof role !== 'string' || !ROLES.includes(role)) {
    return [{ field: `${field}.role`, reason: 'must_be_one_of', params: { choices: ROLES.join(', ') } }];
  }
  const issue = contentRule(content, role);
  return issue === undefined ? [] : [{ field: `${field}.content`, ...issue }];
}

function contentRule(content: unknown, role: string): ReturnType<Rule> {
  if (content === undefined || content === null) return role === 'assistant' ? undefined : { reason: 'required' };
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return { reason: 'must_be_string' };
  return content.every(isObject) ? undefined : { reason: 'must_be_object' };
}

/** Where there is one that not every model and client takes, also in what is passed on as it is. */
function brokenTextIn(value: unknown, field = ''): string | undefined {
  if (typeof value === 'string') return isWellFormedText(value) ? undefined : field;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    // As JSON writes it, so that what is broken can be told.
    const place = (field === '' ? '' : `${field}.`) + JSON.stringify(key).slice(1, -1);
    const found = isWellFormedText(key) ? brokenTextIn(member, place) : place;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
