import type { CommandBase } from "../commandKit/command";
import type { ConnectionContext } from "../connection/context";
import type { DeploymentContext } from "../deployment/context";
import type { DeploymentCommandContext } from "../deployment/lazy";
import type { DiagnosisCommandContext } from "../diagnosis/commandTable";
import type { DiagnosisContext } from "../diagnosis/context";
import type { LogsContext } from "../logs/context";
import type { MapCommandContext } from "../map/commandTable";
import type { MapContext } from "../map/context";
import type { MonitorCommandContext } from "../monitor/commandTable";
import type { MonitorContext } from "../monitor/context";
import type { QueryCommandContext } from "../queries/commandTable";
import type { QueryContext } from "../queries/context";
import type { ResourceCommandContext } from "../resources/commandTable";
import type { ResourcesContext } from "../resources/context";
import type { TaskDefinitionContext } from "../taskDefinition/context";

/** Everything that features work with; composed once, by the extension's entry. A feature takes its own part of it. */
export type Slipway = ConnectionContext &
  DeploymentContext &
  LogsContext &
  TaskDefinitionContext &
  ResourcesContext &
  MapContext &
  MonitorContext &
  QueryContext &
  DiagnosisContext;

/** What commands reach: the composed features, and the parts that are loaded when first called. */
export type CommandContext = CommandBase &
  Slipway &
  DeploymentCommandContext &
  ResourceCommandContext &
  MapCommandContext &
  MonitorCommandContext &
  QueryCommandContext &
  DiagnosisCommandContext;
