/** What the Dockerfile makes, against what the task definition runs. */
import { parsePlatform } from "../../base/platform";
import type { TaskDefinition } from "../../base/taskDefinition";
import { architectureOf } from "../../taskDefinition/model/generate";
import type { ObservedState, Promotion, RunInput } from "../observedState";
import type { Problem } from "./problem";

/** Images of Windows, by the names that Microsoft gives them. */
const windowsImage =
  /^(?:mcr\.microsoft\.com\/windows(?:\/|:|$)|microsoft\/(?:windowsservercore|nanoserver|iis|aspnet)\b)|[:-](?:nanoserver|windowsservercore)\b/i;

/** @returns a problem that stops where the container could not start on Fargate as the definition states it */
export function imagePlatform(input: RunInput, definition: TaskDefinition): Problem | undefined {
  const { dockerfile, app } = input;
  const { baseImage = "", shipped } = dockerfile;
  const platform = dockerfile.platform === undefined ? undefined : parsePlatform(dockerfile.platform);
  const line = `line ${(shipped?.line ?? 0) + 1} of ${app.dockerfile}`;
  const stop = (code: string, sentence: string, remedy: string): Problem => ({
    code,
    severity: "stop",
    sentence,
    remedy,
    actions: ["openDockerfile", "openTaskDefinition"],
  });
  if (platform?.os === "windows" || windowsImage.test(baseImage))
    return stop(
      "WindowsImage",
      `The image is one of Windows (${baseImage}, ${line}), and Slipway builds and runs Linux images.`,
      "Use a Linux base image, e.g. the same one without nanoserver or windowsservercore in its tag.",
    );
  if (!platform) return undefined;
  const wanted = architectureOf(definition) === "ARM64" ? "arm64" : "amd64";
  if (platform.os === "linux" && platform.architecture === wanted) return undefined;
  if (platform.os !== "linux" || !["amd64", "arm64"].includes(platform.architecture))
    return stop(
      "PlatformUnknownToFargate",
      `FROM asks for ${dockerfile.platform}, and Fargate runs linux/amd64 and linux/arm64.`,
      `Change --platform in ${app.dockerfile}, or leave it out.`,
    );
  return stop(
    "PlatformContradiction",
    `FROM states --platform=${dockerfile.platform} for the image that ships, and the task definition runs ` +
      `${architectureOf(definition)}: its containers would not start.`,
    `Set runtimePlatform.cpuArchitecture in ${app.taskDefinitionFile} to ` +
      `${platform.architecture === "arm64" ? "ARM64" : "X86_64"}, or leave --platform out of ${app.dockerfile}.`,
  );
}

/** @returns a problem that stops where the image that is taken is of another architecture than what the definition runs */
export function promotedPlatform(
  { platforms, from, revision }: Promotion,
  { app }: RunInput,
  definition: TaskDefinition,
): Problem | undefined {
  const runs = architectureOf(definition);
  const wanted = `linux/${runs === "ARM64" ? "arm64" : "amd64"}`;
  if (platforms.length === 0 || platforms.includes(wanted)) return undefined;
  return {
    code: "WrongArchitecture",
    severity: "stop",
    sentence:
      `The image of ${revision} (${from.environment}) is for ${platforms.join(", ")}, and the task definition here runs ` +
      `${runs}: its containers would not start.`,
    remedy: `Set runtimePlatform.cpuArchitecture in ${app.taskDefinitionFile} to what the image is for.`,
    actions: ["openTaskDefinition"],
  };
}

/** @returns a problem that stops where the builder at hand cannot read the Dockerfile of an image that has to be built */
export function builderSyntax(input: RunInput, { engine, image }: ObservedState): Problem | undefined {
  const [first, ...others] = input.dockerfile.buildkitOnly;
  if (!first || engine.withoutBuildKit === undefined || (image && !input.rebuild)) return undefined;
  const lines = [...new Set(others.map(({ line }) => line + 1))].filter((line) => line !== first.line + 1);
  const also = lines.length === 0 ? "" : ` (so do lines ${lines.slice(0, 5).join(", ")})`;
  return {
    code: "BuildKitNeeded",
    severity: "stop",
    sentence:
      `Line ${first.line + 1} of ${input.app.dockerfile} has ${first.syntax}, which needs BuildKit${also}. Docker's ` +
      "classic builder would build it here, since this docker client has no buildx plugin.",
    remedy:
      "Install the plugin (docker-buildx-plugin of Docker's own packages, docker-buildx of Debian, Ubuntu and " +
      "Homebrew; Docker Desktop has it) until docker buildx version answers, then deploy again.",
    actions: ["openDockerfile", "retry"],
  };
}

/** The architecture that FROM states for the image that ships; undefined where it follows what is built for. */
export function statedArchitecture({ platform }: RunInput["dockerfile"]): "ARM64" | "X86_64" | undefined {
  const stated = platform === undefined ? undefined : parsePlatform(platform);
  if (stated?.os !== "linux") return undefined;
  return stated.architecture === "arm64" ? "ARM64" : stated.architecture === "amd64" ? "X86_64" : undefined;
}
