import * as vscode from 'vscode';
import type { AlternativeRow, AlternativesParams, AlternativesResult } from '../../../server/src/protocol.ts';
import { ALTERNATIVES } from '../../../server/src/protocol.ts';
import type { Manifests } from '../manifests.ts';
import type { ServerConnection } from '../server-connection.ts';
import { applySwitch } from './apply-switch.ts';
import { chooseWorkload, plainLabel } from './choose-workload.ts';

interface AlternativeItem extends vscode.QuickPickItem {
  readonly alternative?: string;
}

/** What a code lens, a link or the panel may hand over: the manifest and the workload, each optional. */
interface SwitchTarget {
  readonly uri?: string;
  readonly workload?: string;
}

/**
 * *Switch Hardware…*: shows the ranked alternatives of a workload and applies the chosen one.
 * The workload is the argument's, else the one at the cursor, else asked for.
 */
export async function switchHardware(
  server: ServerConnection,
  manifests: Manifests,
  args: readonly unknown[],
): Promise<void> {
  const target = readTarget(args);
  const uri = target.uri ?? manifests.followed?.uri.toString();
  if (uri === undefined) {
    void vscode.window.showInformationMessage('Open an ai-infra.yaml first: its workloads are what gets switched.');
    return;
  }
  const workload = target.workload ?? (await chooseWorkload(server, uri, 'Switch Hardware'));
  if (workload === undefined) return;

  const result = await server.request<AlternativesResult | null>(ALTERNATIVES, {
    uri,
    workload,
  } satisfies AlternativesParams);
  if (!result || result.alternatives.length === 0) {
    void vscode.window.showInformationMessage(
      result?.note || `No other hardware is known that could run "${workload}".`,
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(alternativeItems(result), {
    title: `Switch Hardware: ${workload}`,
    placeHolder: result.note || 'Cheapest first; differences are against what the manifest says now',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.alternative !== undefined) await applySwitch(server, { uri, workload, alternative: chosen.alternative });
}

function readTarget([first, second]: readonly unknown[]): SwitchTarget {
  if (typeof first === 'string') return typeof second === 'string' ? { uri: first, workload: second } : { uri: first };
  if (typeof first !== 'object' || first === null || first instanceof vscode.Uri) return {};
  const { uri, workload } = first as Record<string, unknown>;
  return { ...(typeof uri === 'string' ? { uri } : {}), ...(typeof workload === 'string' ? { workload } : {}) };
}

/** The current target on top, then the alternatives in the server's order, grouped by how far a switch goes. */
function alternativeItems({ now, provider, alternatives }: AlternativesResult): readonly AlternativeItem[] {
  const marketplaces = alternatives.filter((row) => row.marketplace);
  const direct = alternatives.filter((row) => !row.marketplace);
  const same = direct.filter((row) => row.provider === provider);
  const others = direct.filter((row) => row.provider !== provider);
  return [
    { label: `$(check) ${plainLabel(now)}`, description: 'now' },
    ...group(provider ? `same provider: ${provider}` : 'same provider', same),
    ...group(same.length > 0 ? 'other providers' : 'providers', others),
    ...group('marketplaces (machines of many owners)', marketplaces),
  ];
}

function group(label: string, rows: readonly AlternativeRow[]): readonly AlternativeItem[] {
  if (rows.length === 0) return [];
  return [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows.map(alternativeItem)];
}

function alternativeItem(row: AlternativeRow): AlternativeItem {
  const cost = joinParts([row.cost, row.costDifference], '  ');
  const time = joinParts([row.time, row.timeDifference], '  ');
  return {
    alternative: row.id,
    label: plainLabel(row.hardware),
    description: plainLabel(joinParts([row.provider, row.region, row.instance, row.capacity], ' · ')),
    detail: plainLabel(joinParts([cost, time, row.why], ' · ')),
  };
}

function joinParts(parts: readonly string[], separator: string): string {
  return parts.filter((part) => part !== '').join(separator);
}
