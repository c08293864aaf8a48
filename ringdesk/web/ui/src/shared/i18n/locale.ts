/** How each language of the page writes dates and numbers: English as most of the world reads it, with 24 hours. */
const LOCALES: Record<string, string> = { en: 'en-GB' };

export function localeOf(language: string): string {
  return LOCALES[language] ?? language;
}
