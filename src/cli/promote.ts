/** `slipway promote`: what runs in one environment, brought into another. Both are connected to. */
import type { Backend, Connection } from "../core/api";
import type { SignInPrompts } from "../core/base/connection";
import { inEnvironment } from "../core/deploy/environments";
import type { Invocation } from "./arguments";
import type { PromoteArguments } from "./operationArguments";
import { choiceElsewhere } from "./choice";
import { runPromote } from "./deploy";
import type { Terminal } from "./terminal";

/** @param connection of the environment that it is brought into */
export async function promoteCommand(
  terminal: Terminal,
  invocation: Invocation,
  { from, profile }: PromoteArguments,
  { backend, connection, prompts }: { backend: Backend; connection: Connection; prompts: SignInPrompts },
  signal: AbortSignal,
): Promise<number> {
  const { answers: _, ...rest } = invocation.request;
  const request = inEnvironment(rest, from);
  const source = await backend.connect(await choiceElsewhere(invocation, request, profile, backend), prompts, signal);
  try {
    const promotion = await source.promotable(request, signal);
    return await runPromote(terminal, invocation, connection, promotion, signal);
  } finally {
    source.close();
  }
}
