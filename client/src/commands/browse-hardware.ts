import * as vscode from 'vscode';
import type {
  HardwareChipRow,
  HardwareChoice,
  HardwareOfferRow,
  HardwareOffersParams,
  HardwareOffersResult,
  HardwareParams,
  HardwareResult,
} from '../../../server/src/protocol.ts';
import { HARDWARE, HARDWARE_OFFERS } from '../../../server/src/protocol.ts';
import type { Manifests } from '../manifests.ts';
import type { ServerConnection } from '../server-connection.ts';
import { applyHardware } from './apply-switch.ts';
import { chooseWorkload } from './choose-workload.ts';
import { showPage } from './markdown-page.ts';
import { commandIds } from './names.ts';

/** Scheme of the read-only documents that tell all about a chip. */
const pageScheme = 'ai-infra-hardware';
const chipPattern = /^[a-z0-9-]+$/;

const copyButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('copy'), tooltip: 'Copy' };

/**
 * *Browse Hardware…*: the chips of the catalogue, then the offers of one. An offer goes into the manifest that is open, or to the
 * clipboard; the first entry shows everything about the chip as a page.
 */
export function registerBrowseHardware(server: ServerConnection, manifests: Manifests): vscode.Disposable {
  const provider: vscode.TextDocumentContentProvider = {
    async provideTextDocumentContent(uri) {
      const chip = /([^/]+)\.md$/.exec(uri.path)?.[1] ?? '';
      return (await offersOf(server, chip, uri.query || undefined))?.page ?? '';
    },
  };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(pageScheme, provider),
    vscode.commands.registerCommand(commandIds.browseHardware, async (argument: unknown) => {
      const given = typeof argument === 'string' && chipPattern.test(argument) ? argument : undefined;
      await browse(server, manifests, given);
    }),
  );
}

async function browse(server: ServerConnection, manifests: Manifests, given: string | undefined): Promise<void> {
  // Prices are those of the manifest in view: its books are over the catalogue's.
  const uri = manifests.followed?.uri.toString();
  const chips = await server.request<HardwareResult>(HARDWARE, pricesOf(uri));
  let chip = given ?? (await pick('Browse Hardware', 'Name, memory, maturity of frameworks …', chipItems(chips)));
  while (chip !== undefined && chip !== BACK) {
    const result = await offersOf(server, chip, uri);
    if (result === null || result === undefined) return;
    const chosen = await pick(`Browse Hardware: ${chip}`, 'Choose an offer to use it', offerItems(result.offers), true);
    if (chosen === BACK)
      chip = await pick('Browse Hardware', 'Name, memory, maturity …', chipItems(chips), false, chip);
    else {
      if (chosen === PAGE) await showPage(pageOf(chip, uri));
      else if (chosen !== undefined) await use(server, manifests, chip, chosen);
      return;
    }
  }
}

function offersOf(
  server: ServerConnection,
  accelerator: string,
  uri: string | undefined,
): Promise<HardwareOffersResult | null> {
  const params: HardwareOffersParams = { accelerator, ...pricesOf(uri) };
  return server.request<HardwareOffersResult | null>(HARDWARE_OFFERS, params);
}

function pricesOf(uri: string | undefined): HardwareParams {
  return uri === undefined ? {} : { uri };
}

/** The page of a chip; its query is the manifest whose prices it shows. */
function pageOf(chip: string, uri: string | undefined): vscode.Uri {
  return vscode.Uri.from({ scheme: pageScheme, path: `/${chip}.md`, ...(uri !== undefined && { query: uri }) });
}

const BACK = 'back';
const PAGE = 'page';

interface Item<T> extends vscode.QuickPickItem {
  readonly value?: T;
  /** What its button copies. */
  readonly copies?: string;
}

function chipItems(chips: readonly HardwareChipRow[]): readonly Item<string>[] {
  const groups = [...new Set(chips.map(({ group }) => group))];
  return groups.flatMap((group) => [
    { label: group, kind: vscode.QuickPickItemKind.Separator },
    ...chips
      .filter((chip) => chip.group === group)
      .map(({ id, summary, detail }) => ({
        label: id,
        description: summary,
        detail,
        value: id,
        copies: id,
        buttons: [copyButton],
      })),
  ]);
}

function offerItems(offers: readonly HardwareOfferRow[]): readonly Item<HardwareChoice | typeof PAGE>[] {
  return [
    { label: '$(book) Specification, frameworks, regions and sources', value: PAGE, alwaysShow: true },
    { label: offers.length === 0 ? 'nobody rents it out' : 'offers', kind: vscode.QuickPickItemKind.Separator },
    ...offers.map(({ choice, price, where, detail }) => ({
      label: price,
      description: where,
      detail,
      value: choice,
      copies: targetText(choice),
      buttons: [copyButton],
    })),
  ];
}

/** One choice from a list; `back` when its button was pressed. */
function pick<T>(
  title: string,
  placeholder: string,
  items: readonly Item<T>[],
  withBack = false,
  active?: T,
): Promise<T | typeof BACK | undefined> {
  const list = vscode.window.createQuickPick<Item<T>>();
  Object.assign(list, { title, placeholder, matchOnDescription: true, matchOnDetail: true });
  list.items = items;
  list.activeItems = items.filter(({ value }) => active !== undefined && value === active);
  list.buttons = withBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    list.onDidTriggerButton(() => finish(BACK));
    list.onDidTriggerItemButton(({ item }) => void copy(item.copies ?? ''));
    list.onDidAccept(() => finish(list.selectedItems[0]?.value));
    list.onDidHide(() => finish(undefined));
    list.show();

    function finish(value: T | typeof BACK | undefined): void {
      resolve(value);
      list.dispose();
    }
  });
}

/** Into the workload at the cursor of the open manifest; to the clipboard where there is none. */
async function use(
  server: ServerConnection,
  manifests: Manifests,
  chip: string,
  choice: HardwareChoice | typeof PAGE,
): Promise<void> {
  if (choice === PAGE) return;
  const document = manifests.followed;
  if (document === undefined) {
    await copy(targetText(choice));
    return;
  }
  const uri = document.uri.toString();
  const workload = await chooseWorkload(server, uri, `Use ${chip} for`);
  if (workload !== undefined) await applyHardware(server, { uri, workload, choice });
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`Copied ${text}`, 3000);
}

/** `target: { provider: aws, region: us-east-1, instance: p5.48xlarge, capacity: on-demand }` */
function targetText({ provider, region, instance, capacity }: HardwareChoice): string {
  const members = { provider, ...(region === 'any' ? {} : { region }), instance, capacity };
  const written = Object.entries(members).map(([key, value]) => `${key}: ${plainScalar(value)}`);
  return `target: { ${written.join(', ')} }`;
}

/** Names with spaces or brackets want quotes inside a flow mapping. */
function plainScalar(text: string): string {
  return /^[A-Za-z][\w.-]*$/.test(text) ? text : JSON.stringify(text);
}
