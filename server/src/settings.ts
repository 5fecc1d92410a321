/** The editor's settings, section `aiInfra`: whatever the client sends becomes a whole `EditorSettings`. */
import * as z from 'zod';
import type { EditorSettings } from './protocol.ts';

/** A member that does not validate falls back to its default: one wrong setting must not undo the others. */
const switchedOn = z.boolean().catch(true).default(true);

const path = z.string().trim().catch('').default('');

const severitySchema = z.enum(['off', 'hint', 'info', 'warning', 'error']);

const settingsSchema = z.object({
  rules: z
    .record(z.string(), z.unknown())
    .catch({})
    .default({})
    .transform((rules) => {
      const valid: [string, z.output<typeof severitySchema>][] = [];
      for (const [rule, value] of Object.entries(rules)) {
        const severity = severitySchema.safeParse(value);
        if (severity.success) valid.push([rule, severity.data]);
      }
      return Object.fromEntries(valid);
    }),
  inlayHints: z
    .object({ cost: switchedOn, memory: switchedOn, assumptions: switchedOn })
    .catch({ cost: true, memory: true, assumptions: true })
    .default({ cost: true, memory: true, assumptions: true }),
  codeLens: switchedOn,
  priceBook: path,
  userPriceBook: path,
});

/** Never throws; unknown members are ignored. */
export function readSettings(raw: unknown): EditorSettings {
  const parsed = settingsSchema.safeParse(raw ?? {});
  return parsed.success ? parsed.data : settingsSchema.parse({});
}
