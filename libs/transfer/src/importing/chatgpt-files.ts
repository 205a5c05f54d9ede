import type { DraftAttachment } from './draft';
import { listIn, type Loose, looseIn, textIn } from './loose';

/** In what messages say of a file, and at the beginning of what it is called in the archive. */
const KEY = /^(?:[a-z-]+:\/\/)?(file-[A-Za-z0-9]+|file_[0-9a-f]+)/;

export function chatGptFileKey(text: string): string | undefined {
  return KEY.exec(text)?.[1];
}

/** Pictures and recordings among its parts, and what was uploaded with it; a picture is often both. */
export function chatGptAttachments(content: Loose, metadata: Loose): readonly DraftAttachment[] {
  const uploaded = listIn(metadata['attachments']).flatMap((each) => {
    const { id, name } = looseIn(each) ?? {};
    return attachment(textIn(id), textIn(name));
  });
  const shown = listIn(content['parts']).flatMap((part) => attachment(pointerIn(looseIn(part) ?? {}), undefined));
  const byKey = new Map([...shown, ...uploaded].map((each) => [each.key, each]));
  return [...byKey.values()];
}

export function isPicture(part: Loose): boolean {
  return textIn(part['content_type'])?.startsWith('image') === true;
}

function pointerIn(part: Loose): string | undefined {
  return textIn(part['asset_pointer']) ?? textIn(looseIn(part['audio_asset_pointer'])?.['asset_pointer']);
}

function attachment(said: string | undefined, name: string | undefined): readonly DraftAttachment[] {
  return said === undefined ? [] : [{ key: chatGptFileKey(said) ?? said, name }];
}
