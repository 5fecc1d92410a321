/** AI109: a suppression that matches nothing, or has expired. Reported by the engine, which alone knows what matched. */
import type { TextEdit } from '../manifest/source.ts';
import { FROM_THE_MANIFEST } from './basis.ts';
import type { Fix, Report, Rule } from './rule.ts';
import { hasNoDate, isExpired, type Suppression } from './suppressions.ts';

export const staleSuppression = {
  code: 'AI109',
  name: 'stale-suppression',
  severity: 'warning',
  docs: {
    summary: 'A suppression that matches nothing or has expired.',
    what: 'A comment `# ai-infra-ignore…` names a rule that reports nothing where the comment applies, or its `until` date has passed.',
    why: 'A suppression that no longer does anything hides the day on which it would start to hide something again.',
    whenToSilence:
      'This finding cannot be suppressed by a comment: remove the comment, or switch the rule off under `rules`.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'Nothing to suppress',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    <|# ai-infra-ignore AI501|>
    model: llama-3.1-8b
`,
      },
    ],
    good: [
      {
        title: 'A suppression in use',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    # ai-infra-ignore AI501 -- the run is repeated every night
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
    ],
    fixes: [
      {
        title: 'Remove the comment',
        before: `version: 1
workloads:
  chat:
    phase: inference
    # ai-infra-ignore AI501
    model: llama-3.1-8b
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
`,
      },
      {
        title: 'Remove the comment',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b # ai-infra-ignore AI501 -- no longer
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
`,
      },
    ],
  },
  // The engine reports this rule itself.
  checkManifest: () => [],
  /** @param unused those of its words that have silenced nothing */
  report(suppression: Suppression, unused: readonly string[], today: string, text: string): Report {
    const expired = isExpired(suppression, today);
    const names = (expired ? suppression.rules : unused).join(', ');
    const isPart = !expired && unused.length < suppression.rules.length;
    return {
      path: [],
      part: 'value',
      span: suppression.comment.span,
      message: hasNoDate(suppression)
        ? `There is no ${suppression.until ?? ''} in the calendar, so that ${names} is not silenced: write a date such as 2027-01-31.`
        : suppression.rules.length === 0
          ? 'The comment names no rule, and silences nothing: write the code of one, such as `AI501`, or remove it.'
          : expired
            ? `The suppression of ${names} expired on ${suppression.until ?? ''}: remove it, or give it a later date.`
            : `Nothing here is reported by ${names}: remove ${isPart ? 'what is not needed' : 'the comment'}.`,
      fixes: () => [
        isPart
          ? {
              title: `Remove ${names} from the comment`,
              edits: [],
              textEdits: [withoutWords(suppression, unused)],
              safe: true,
              preferred: true,
            }
          : {
              title: 'Remove the comment',
              edits: [],
              textEdits: [removal(suppression, text)],
              safe: !hasNoDate(suppression) && suppression.rules.length > 0,
              preferred: true,
            },
        ...(expired ? [renewal(suppression, today)] : []),
      ],
    };
  },
} satisfies Rule & {
  report: (suppression: Suppression, unused: readonly string[], today: string, text: string) => Report;
};

const RENEWED_DAYS = 90;

/** A later date in the comment. Proven like every fix: where nothing is left to suppress, it is not offered. */
function renewal({ comment, until = '' }: Suppression, today: string): Fix {
  const date = new Date(Date.parse(today) + RENEWED_DAYS * 86_400_000).toISOString().slice(0, 10);
  // The comment's text begins after its `#`.
  const start = comment.span.start + 1 + comment.text.search(new RegExp(`(?<=\\suntil\\s+)${until}`));
  return {
    title: `Renew until ${date}`,
    edits: [],
    textEdits: [{ start, end: start + until.length, newText: date }],
    safe: false,
  };
}

/** The list of rules without the words that silence nothing. */
function withoutWords({ comment, rules }: Suppression, unused: readonly string[]): TextEdit {
  const first = rules[0] ?? '';
  const last = rules.at(-1) ?? '';
  // The comment's text begins after its `#`; the words stand behind `ai-infra-ignore`.
  const from = comment.text.indexOf(first, comment.text.indexOf('ai-infra-ignore') + 'ai-infra-ignore'.length);
  const until = comment.text.search(/\suntil\s|\s--(?:\s|$)/);
  const to = comment.text.lastIndexOf(last, until < 0 ? undefined : until) + last.length;
  const start = comment.span.start + 1;
  const newText = rules.filter((word) => !unused.includes(word)).join(', ');
  return { start: start + from, end: start + to, newText };
}

/** The comment with its line where it stands alone, else with the space before it. */
function removal({ comment }: Suppression, text: string): TextEdit {
  const { start, end } = comment.span;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  if (comment.ownLine) return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, newText: '' };
  const before = text.slice(lineStart, start).trimEnd().length;
  return { start: lineStart + before, end, newText: '' };
}
