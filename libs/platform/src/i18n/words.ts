import type { AppError, Reason, ReasonParams } from '#kernel';
import { errorTexts, type Locale, locales, reasonTexts, type SuccessKey, successTexts } from './texts';

export function reasonWords(reason: Reason, params: ReasonParams, locale: Locale): string {
  return reasonTexts[reason][locale].replace(/\{(\w+)\}/g, (blank, name: string) => String(params[name] ?? blank));
}

export function errorWords(error: Pick<AppError, 'kind' | 'reason' | 'params'>, locale: Locale): string {
  return error.reason === undefined ? errorTexts[error.kind][locale] : reasonWords(error.reason, error.params, locale);
}

export function successWords(key: SuccessKey, locale: Locale): string {
  return successTexts[key][locale];
}

/** Which language to answer in; the fallback is the operator's choice. */
export class Locales {
  constructor(private readonly fallback: Locale) {}

  pick(acceptLanguage: string | undefined): Locale {
    return pickLocale(acceptLanguage, this.fallback);
  }
}

/** The best language we have of those an `Accept-Language` header names, else the fallback. */
export function pickLocale(acceptLanguage: string | undefined, fallback: Locale): Locale {
  if (acceptLanguage === undefined || acceptLanguage === '') return fallback;
  let best = fallback;
  let bestQuality = 0;
  for (const range of acceptLanguage.slice(0, 256).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const locale = locales.find((known) => tag === known || tag.startsWith(`${known}-`));
    if (locale === undefined) continue;
    const quality = qualityOf(parameters);
    if (quality > bestQuality) {
      best = locale;
      bestQuality = quality;
    }
  }
  return best;
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return Number.isFinite(quality) ? quality : 0;
}
