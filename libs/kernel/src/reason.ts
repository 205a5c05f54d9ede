/**
 * Why an input or a request was refused, more precisely than its error kind tells.
 * The words for each, in every language, are in platform/i18n; a reason without words does not compile.
 */
export const reasons = [
  'required',
  'unknown_field',
  'must_be_string',
  'must_be_integer',
  'must_be_number',
  'must_be_boolean',
  'must_be_object',
  'must_be_array',
  'must_be_uuid',
  'must_be_email',
  'must_be_date',
  'must_be_future',
  'must_be_one_of',
  'must_be_well_formed_text',
  'must_not_be_blank',
  'must_be_printable_ascii',
  'username_characters',
  'label_characters',
  'password_common',
  'password_is_username',
  'wrong_credentials',
  'deactivated',
  'taken',
  'no_such_role',
  'no_such_plan',
  'last_admin',
  'built_in',
  'name_exists',
  'too_many_api_keys',
  'too_many_shares',
  'too_long_to_share',
  'share_password',
  'turn_running',
  'too_many_turns',
  'too_long_for_model',
  'refused_by_model',
  'no_such_model',
  'not_in_a_conversation',
  'shutting_down',
  'idempotency_key_reused',
  'beyond_own_permissions',
  'length',
  'too_long',
  'too_short',
  'range',
  'too_small',
  'too_great',
  'given_more_than_once',
  'must_match',
  'too_many_items',
  'empty_file',
  'file_kinds',
  'image_damaged',
  'json_wanted',
  'transfer_coding',
  'too_many_pixels',
  'allowance_used_up',
  'no_such_file',
  'model_without_vision',
  'images_too_large',
  'archive_broken',
  'imports_waiting',
  'imports_of_one',
  'no_conversations',
  'not_a_web_socket',
  'body_not_json',
  'body_not_object',
  'body_not_utf8',
  'body_too_complex',
  'field_given_twice',
  'path_not_utf8',
  'invalid',
] as const;

export type Reason = (typeof reasons)[number];

/** What fills the blanks of a reason's words, such as the two ends of a range. */
export type ReasonParams = Readonly<Record<string, string | number>>;

/** One thing wrong with one field; `field` is a dotted path, such as `attachments.0`. */
export interface FieldIssue {
  readonly field: string;
  readonly reason: Reason;
  readonly params?: ReasonParams;
}
