interface NodeSketch {
  readonly role?: string;
  readonly text?: string;
  readonly at?: number | null;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
}

const node = (id: string, parent: string | null, sketch: NodeSketch | null) => ({
  id,
  parent,
  children: [],
  message: sketch && {
    ...{ id, author: { role: sketch.role ?? 'user', name: null, metadata: {} }, create_time: sketch.at ?? null },
    content: sketch.content ?? { content_type: 'text', parts: [sketch.text ?? ''] },
    ...{ update_time: null, status: 'finished_successfully', recipient: 'all', metadata: {}, ...sketch.more },
  },
});

/** As ChatGPT writes it: a root without a message, hidden and tool messages in between, and an answer that was asked for twice. */
export function chatGptConversation(changes: Readonly<Record<string, unknown>> = {}) {
  const nodes = [
    node('root', null, null),
    node('hidden', 'root', { role: 'system', more: { metadata: { is_visually_hidden_from_conversation: true } } }),
    node('custom', 'hidden', { content: { content_type: 'user_editable_context', user_profile: 'canary' } }),
    node('q1', 'custom', { text: 'What is in the picture?', at: 1_700_000_000.123 }),
    node('call', 'q1', {
      ...{ role: 'assistant', at: 1_700_000_001, content: { content_type: 'code', text: 'canary()' } },
      more: { recipient: 'python' },
    }),
    node('output', 'call', { role: 'tool', text: 'canary', at: 1_700_000_002 }),
    node('a1', 'output', {
      ...{ role: 'assistant', text: 'A cat.', at: 1_700_000_003.5 },
      more: { metadata: { model_slug: 'gpt-4o', finish_details: { type: 'stop' } } },
    }),
    node('a2', 'output', {
      role: 'assistant',
      text: 'A dog.',
      at: 1_700_000_004,
      more: { metadata: { model_slug: 'o1' } },
    }),
    node('null', 'a1', { role: 'assistant', content: null }),
    node('q2', 'null', {
      at: 1_700_000_010,
      content: {
        content_type: 'multimodal_text',
        parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'file-service://file-x' }, 'And this\0?', null],
      },
    }),
    node('who', 'q2', { role: 'critic', text: 'canary' }),
    node('a3', 'who', { role: 'assistant', text: 'x'.repeat(12_000), at: 1_700_000_020 }),
    node('ring1', 'ring2', { text: 'round', at: 1_700_000_030 }),
    node('ring2', 'ring1', { text: 'and round', at: 1_700_000_031 }),
  ];
  return {
    title: 'A picture',
    create_time: 1_700_000_000.123,
    update_time: 1_700_000_020.9,
    mapping: Object.fromEntries(nodes.map((each) => [each.id, each])),
    current_node: 'a3',
    conversation_id: 'c0ffee00-0000-4000-8000-000000000001',
    default_model_slug: 'gpt-4o',
    is_archived: false,
    ...changes,
  };
}
