import type { Backend, Connection, RunRequest, ServiceInspection } from "../core/api";
import { diagnosisLines } from "../core/render/diagnosis";

export interface DiagnoseArguments {
  service?: string;
  cluster?: string;
  /** ARN or id. */
  task?: string;
}

/**
 * `slipway diagnose`: one cause and what proves it.
 * @returns 0 where nothing is wrong, 1 where something is
 */
export async function runDiagnose(
  { service, cluster, task }: DiagnoseArguments,
  request: RunRequest,
  json: boolean,
  engine: Backend,
  connection: ServiceInspection & Pick<Connection, "choice" | "identity">,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<number> {
  const about = task === undefined ? {} : { task };
  const where = async (): Promise<string> =>
    cluster ?? (await engine.project(request.folder, request, connection)).app.cluster;
  const diagnosis = await connection.diagnose(
    service === undefined ? request : { cluster: await where(), service },
    signal,
    about,
  );
  if (json) say(JSON.stringify(diagnosis));
  else diagnosisLines(diagnosis).forEach(say);
  return diagnosis.healthy ? 0 : 1;
}
