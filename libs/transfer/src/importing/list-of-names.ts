import { AppError } from '#kernel';
import type { Archive } from './archive';
import { bounded, Budget } from './bounded';
import { type JsonElement, jsonElements } from './json-elements';
import { looseIn, shortTextIn, textIn } from './loose';

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_BYTES_OF_ONE = 8 * 1024;

/** What the files of an archive of ours were called, by their names in it. Of a list that is damaged what there is of it. */
export async function listOfNames(archive: Archive): Promise<ReadonlyMap<string, string>> {
  const titles = new Map<string, string>();
  try {
    const list = await archive.listOfNames();
    if (list === undefined) return titles;
    for await (const named of jsonElements(bounded(list, new Budget(MOST_BYTES)), MOST_BYTES_OF_ONE, namedIn)) {
      if (named !== undefined && archive.has(named.name)) titles.set(named.name, named.title);
    }
  } catch (error) {
    if (!(error instanceof AppError || error instanceof SyntaxError)) throw error;
  }
  return titles;
}

function namedIn(element: JsonElement): { readonly name: string; readonly title: string } | undefined {
  const file = looseIn(JSON.parse(element ?? '{}'));
  const name = textIn(file?.['path'])?.replace(/^.*\//, '');
  const title = shortTextIn(file?.['name'], 255);
  return name === undefined || title === undefined ? undefined : { name, title };
}
